"""The Tencent stack in Jakarta: bounds, declared hops, hand-written mutants, and how changes move its bounds."""

from datetime import timedelta

import pytest

from im_stack.policies.judge import Judgement
from im_stack.preflight.judgement.one_stack import Check
from tests.harness.mutate import REMOVED, Change, declare, put, told
from tests.stacks.access_tencent import TENCENT_ACCESS
from tests.stacks.mutants import KEYRING, PURGE, RING, TENCENT, Mutant, judged


def _latest(judgement: Judgement, data_class: str) -> timedelta | None:
    return next(bound.latest for bound, _ in judgement.bounds if bound.data_class == data_class)


def test_it_passes_on_the_application_s_word(jakarta: Check) -> None:
    found = jakarta.judgement
    assert [v.message for v in found.verdicts if v.blocks] == []
    assert found.headline.startswith("CONDITIONAL on")
    said = [p.must for p in found.declared_hops if p.who == "the application" and p.must.startswith("seal messages")]
    assert said == ["seal messages at its origin with keys of messages-epochs"] * 4
    assert found == judged(jakarta)


@pytest.mark.parametrize("mutant", [*TENCENT, *TENCENT_ACCESS], ids=lambda mutant: mutant.name)
def test_a_mutant_is_blocked_by_its_rules(jakarta: Check, mutant: Mutant) -> None:
    mutant.must_be_noticed(jakarta)


DAY = timedelta(days=1)
_LIFE = "P7DT21H40M"


@pytest.mark.parametrize(
    ("change", "longer"),
    [
        pytest.param(told(PURGE, "IM_KEYRING", "classes.messages.life", _LIFE), DAY, id="told a longer life"),
        pytest.param(declare(RING, "keyrings.0.life", _LIFE), DAY, id="a longer life declared"),
        pytest.param(declare(RING, "keyrings.0.epoch", "P1DT1H"), DAY, id="a longer epoch"),
        pytest.param(declare(RING, "keyrings.0.cache", "P1DT15M"), DAY, id="a longer cache"),
        pytest.param(declare(RING, "keyrings.0.sweep.period", "P1DT1H"), DAY, id="a slower turnover"),
        pytest.param(declare(RING, "keyrings.0.sweep.run", "P1DT5M"), DAY, id="longer runs declared"),
        pytest.param(put(PURGE, "timeout", 900.0), timedelta(minutes=11), id="longer runs"),
        pytest.param(put(PURGE, "triggers.0.triggerDesc", "0 0 3 * * * *"), timedelta(hours=23), id="a slower timer"),
    ],
)
def test_whatever_lengthens_a_key_lengthens_what_it_seals(jakarta: Check, change: Change, longer: timedelta) -> None:
    assert _latest(jakarta.judgement, "messages") == 7 * DAY
    found = judged(jakarta, change)
    assert _latest(found, "messages") == 7 * DAY + longer
    for data_class in ("user-information", "access-logs"):
        assert _latest(found, data_class) == _latest(jakarta.judgement, data_class)


def test_old_versions_of_the_keyring_s_keys_lengthen_what_they_seal(jakarta: Check) -> None:
    assert _latest(judged(jakarta, put(KEYRING, "versioningEnable", True)), "messages") == 10 * DAY


def test_the_keyring_refuses_uploads_in_parts_so_its_backstop_bounds_no_key(jakarta: Check) -> None:
    assert _latest(judged(jakarta, put(KEYRING, "lifecycleRules", REMOVED)), "messages") == 7 * DAY


@pytest.mark.parametrize(
    ("change", "earliest"),
    [
        (told(PURGE, "IM_KEYRING", "classes.messages.life", "P1D"), DAY),
        (put(KEYRING, "lifecycleRules.0.expiration.days", 2.0), 2 * DAY),
        (put(KEYRING, "lifecycleRules.0.expiration.days", 400.0), 5 * DAY),  # media go after five days at the earliest
    ],
)
def test_a_key_that_ends_sooner_is_published_as_the_earliest_end(
    jakarta: Check, change: Change, earliest: timedelta
) -> None:
    found = judged(jakarta, change)
    assert next(bound.earliest for bound, _ in found.bounds if bound.data_class == "messages") == earliest


def test_profiles_are_counted_with_their_copies(jakarta: Check) -> None:
    bound, limit = next(row for row in jakarta.judgement.bounds if row[0].data_class == "user-information")
    assert bound.latest == limit == 30 * DAY
    assert "its key" not in {path.what for path in bound.paths}
    assert ("Instance im-mysql", "backups") in {(path.place, path.what) for path in bound.paths}


def test_an_avatar_lives_as_long_as_its_profile_is_written(jakarta: Check) -> None:
    (made,) = (r for r in jakarta.recording["registrations"] if r["name"] == "im-avatars" and r["custom"])
    (rule,) = made["inputs"]["lifecycleRules"]
    assert "expiration" not in rule
    (hop,) = (hop for hop in jakarta.judgement.declared_hops if hop.subject == "im-avatars in Bucket im-avatars")
    assert "delete what is older than" in hop.must
