"""Names of the account's resources, built before anything has an id: what documents are made of."""

import json
from dataclasses import dataclass

from im_stack.facts.aws.location import partition


@dataclass(frozen=True)
class Account:
    """The account by its number, and the region that the stack is pinned to."""

    number: str
    region: str

    def arn(self, service: str, what: str) -> str:
        """The name of something of the account in the region."""
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.number}:{what}"

    def role(self, name: str) -> str:
        """A role as a principal. Roles are in no region."""
        return f"arn:{partition(self.region)}:iam::{self.number}:role/{name}"

    def root(self) -> str:
        """The account itself, as a principal."""
        return f"arn:{partition(self.region)}:iam::{self.number}:root"

    def bucket(self, name: str) -> str:
        """A bucket; objects are behind a slash."""
        return f"arn:{partition(self.region)}:s3:::{name}"

    def bucket_name(self, name: str) -> str:
        """A name that nobody else has: those of buckets are shared by everybody."""
        return f"{name}-{self.number}-{self.region}"

    def service(self, name: str) -> str:
        """A service of the region, as an endpoint names it."""
        return f"com.amazonaws.{self.region}.{name}"


def document(*statements: dict[str, object]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def allow(who: dict[str, object], *actions: str, resource: object = "*", **more: object) -> dict[str, object]:
    """A statement that lets `who` do something."""
    return {"Effect": "Allow", "Principal": who, "Action": list(actions), "Resource": resource, **more}
