"""ARNs and policy documents of the account, built from names: known in a preview, before a resource has an id."""

import json
from dataclasses import dataclass

from im_stack.facts.aws.location import partition


@dataclass(frozen=True)
class Account:
    """The account's number, the region of the stack, and the name of the role that deploys, where it is declared."""

    number: str
    region: str
    deploys: str | None = None

    def arn(self, service: str, what: str) -> str:
        """The ARN of a resource of the account in the region."""
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.number}:{what}"

    def role(self, name: str) -> str:
        """The ARN of a role. Roles belong to no region."""
        return f"arn:{partition(self.region)}:iam::{self.number}:role/{name}"

    def root(self) -> str:
        """The ARN of the account itself, as a principal."""
        return f"arn:{partition(self.region)}:iam::{self.number}:root"

    def bucket(self, name: str) -> str:
        """The ARN of a bucket; a slash and a pattern after it name objects."""
        return f"arn:{partition(self.region)}:s3:::{name}"

    def bucket_name(self, name: str) -> str:
        """A bucket name with account and region, because bucket names are unique across all accounts."""
        return f"{name}-{self.number}-{self.region}"

    def service(self, name: str) -> str:
        """The service name of an endpoint in the region."""
        return f"com.amazonaws.{self.region}.{name}"


def document(*statements: dict[str, object]) -> str:
    """A policy document with these statements, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def allow(who: dict[str, object], *actions: str, resource: object = "*", **more: object) -> dict[str, object]:
    """A statement that allows `who` some actions."""
    return {"Effect": "Allow", "Principal": who, "Action": list(actions), "Resource": resource, **more}
