"""How policies are usually tested. All of this passes, and none of it is what the engine does."""

import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent / "before"))

from rules import BUCKET, expires, private


def violations(policy, props):
    found = []
    policy(SimpleNamespace(resource_type=BUCKET, props=props), found.append)
    return found


def test_a_public_bucket_fails():
    assert violations(private, {"acl": "public-read"}) == ["the ACL is public-read"]


def test_a_private_bucket_passes():
    assert violations(private, {"acl": "private"}) == []


def test_objects_that_are_kept_for_a_year_fail():
    assert violations(expires, {"lifecycleRules": [{"expiration": {"days": 365}}]})


def test_objects_that_expire_pass():
    assert violations(expires, {"lifecycleRules": [{"expiration": {"days": 30}}]}) == []
