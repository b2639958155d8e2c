"""Table of skipped Checkov checks (`skips.yaml`): for which resources, why, and which obligation each contradicts."""

from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field

from im_stack.terms.files.yaml_file import Row, load


class Skip(Row):
    """One check. `only` are patterns of addresses, `against` the obligations that what it demands would break."""

    id: str
    clouds: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=20)
    against: tuple[str, ...] = ()
    only: tuple[str, ...] = ("*",)

    @property
    def reason(self) -> str:
        """The reason as Checkov reports it."""
        return f"{self.why} (against {', '.join(self.against)})" if self.against else self.why

    def covers(self, check: str, address: str) -> bool:
        return check == self.id and any(fnmatchcase(address, pattern) for pattern in self.only)


def skips() -> tuple[Skip, ...]:
    """Every row of the table."""
    return load(Path(__file__).with_name("skips.yaml"), tuple[Skip, ...])


def skip_of(check: str, address: str) -> Skip | None:
    """The row that excuses a resource of a check, if there is one."""
    return next((row for row in skips() if row.covers(check, address)), None)
