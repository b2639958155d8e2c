"""Check of a pack against tables: every case is judged and compared with its expectations."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from im_stack.policy_harness.errors import ConfigFault, PackFault, PolicyFault
from im_stack.policy_harness.protocol.config import no_policy
from im_stack.policy_harness.protocol.pack import TIME_LIMIT, Pack, running
from im_stack.policy_harness.protocol.verdicts import Diagnostic, Outcome, Report, Verdict
from im_stack.policy_harness.protocol.wire import Stack
from im_stack.policy_harness.tables.table import Case, Expected, read_table


@dataclass(frozen=True)
class Mismatch:
    """One unmet expectation. `messages`: the policy's messages, without secrets."""

    file: str
    line: int | None
    case: str
    policy: str
    resource: str
    expected: str
    actual: str
    messages: str = ""

    def __str__(self) -> str:
        subject = " on ".join(part for part in (self.policy, self.resource) if part)
        head = f"{self.file}:{self.line}: {self.case}: {subject + ': ' if subject else ''}"
        messages = "".join(f"\n    {line}" for line in self.messages.splitlines())
        return f"{head}expected {self.expected}, was {self.actual}{messages}"


class Harness:
    """Judge of cases by one pack. A context manager that ends the pack's process.

    One process serves all cases of a stack; `isolated` starts one for each case, as the engine does for each
    deployment. `seed` shuffles the order of resources for stack policies. Other options are those of `running`.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        seed: object = 0,
        isolated: bool = False,
        python: str | None = None,
        environment: Mapping[str, str] | None = None,
        time_limit: timedelta = TIME_LIMIT,
    ) -> None:
        self._folder = Path(folder)
        self.printed: list[str] = []  # what the pack printed, which the engine would show to every user
        self._seed = seed
        self._isolated = isolated
        self._options: dict[str, Any] = {
            "python": python,
            "environment": environment,
            "time_limit": time_limit,
        }
        self._running: tuple[Stack, Pack] | None = None
        self._open = ExitStack()

    def __enter__(self) -> "Harness":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        self._running = None
        self._open.close()

    def _pack(self, case: Case) -> Pack:
        try:
            pack = self._configured(case)
        except ConfigFault as fault:
            raise case.problem(str(fault), case.policy_config_line, "policyConfig") from None
        for expected in case.expected:
            if expected.policy not in pack.policies:
                raise case.problem(no_policy(expected.policy, pack.policies), expected.line)
        return pack

    def _configured(self, case: Case) -> Pack:
        if self._running is not None and self._running[0] == case.stack and not self._isolated:
            self._running[1].configure(case.policy_config)
            return self._running[1]
        self._end()
        started = running(self._folder, case.stack, config=case.policy_config, **self._options)
        self._running = (case.stack, self._open.enter_context(started))
        return self._running[1]

    def check(self, case: Case) -> list[Mismatch]:
        """Unmet expectations of a case; all of them where the pack crashes or hangs.

        A policy that raises an exception is a mismatch; what the other policies say is compared all the same.

        Raises `TableError` where the pack has no such policy or configuration, `PackFault` where it does not start.
        """
        pack = self._pack(case)
        try:
            report = pack.judge(case.resources, seed=None if self._seed is None else f"{self._seed} {case.name}")
        except PolicyFault as fault:
            found = [*_raised(case, fault), *_mismatches(case, fault.report, {each.policy for each in fault.raised})]
        except PackFault as fault:
            self._end()
            return [Mismatch(case.file, case.line, case.name, "", "", "verdicts", str(fault))]
        else:
            found = [*_mismatches(case, report)]
        text, leaks = pack.printed()
        self.printed += [text] if text else []
        if leaks:
            found.append(Mismatch(case.file, case.line, case.name, "", "", "no secret", "printed one", text))
        return found

    def prove(self, case: Case) -> None:
        """`check` for tests: raises `AssertionError` with every mismatch."""
        found = self.check(case)
        if found:
            raise AssertionError("\n".join(map(str, found)))


def check_table(folder: Path | str, table: Path | str, **options: Any) -> list[Mismatch]:
    """Judge every case of a table by the pack in a folder; `options` are those of `Harness`.

    Raises `TableError`, and `PackFault` where the pack does not start.
    """
    cases = read_table(Path(table)).cases
    with Harness(folder, **options) as harness:
        return [mismatch for case in cases for mismatch in harness.check(case)]


def _raised(case: Case, fault: PolicyFault) -> Iterator[Mismatch]:
    """A mismatch for every policy that raised an exception, the first of it, at its expectation where it has one."""
    for raised in {each.policy: each for each in reversed(fault.raised)}.values():
        own = next((e for e in case.expected if e.policy == raised.policy and e.urn in (None, raised.urn)), None)
        wanted, line = (_wanted(own), own.line) if own else ("no exception", case.line)
        resource = raised.urn.rsplit("::", 1)[-1]
        yield Mismatch(case.file, line, case.name, raised.policy, resource, wanted, f"raised {raised.what}")


def _mismatches(case: Case, report: Report, raised: Collection[str] = ()) -> Iterator[Mismatch]:
    """Unmet expectations, except those of policies that raised an exception."""
    for expected in case.expected:
        if expected.policy in raised:
            continue
        verdict = report.verdict(expected.policy, expected.urn)
        actual = _differs(expected, verdict, report)
        if actual:
            wanted = _wanted(expected)
            yield Mismatch(
                case.file, expected.line, case.name, expected.policy, expected.resource, wanted, actual, _said(verdict)
            )
    if case.others_pass:
        named = {expected.policy for expected in case.expected}
        for policy in sorted(report.policies.keys() - named - set(raised)):
            verdict = report.verdict(policy)
            if verdict.outcome in (Outcome.FAIL, Outcome.UNPROVEN):
                outcome = verdict.outcome.value
                yield Mismatch(
                    case.file, case.line, case.name, policy, "", "pass, as all others", outcome, _said(verdict)
                )
    for leak in report.leaks:
        resource = leak.urn.rsplit("::", 1)[-1]
        actual = "a message that holds one"
        yield Mismatch(case.file, case.line, case.name, leak.policy, resource, "no secret", actual, leak.message)


def _wanted(expected: Expected) -> str:
    parts = [expected.outcome.value]
    parts += [f"a message with {expected.message!r}"] if expected.message is not None else []
    parts += [f"the level {expected.level.value}"] if expected.level else []
    parts += ["a remediation" + _keys(expected.remediated)] if expected.remediated is not None else []
    return ", ".join(parts)


def _keys(properties: Mapping[str, Any]) -> str:
    return f" of {', '.join(properties)}" if properties else ""


def _differs(expected: Expected, verdict: Verdict, report: Report) -> str:
    """Difference between verdict and expectation; empty where there is none."""
    if verdict.outcome is not expected.outcome:
        return verdict.outcome.value
    messages = [d.message if isinstance(d, Diagnostic) else d.reason for d in verdict.messages]
    if expected.message is not None and not any(expected.message in text for text in messages):
        return f"{verdict.outcome.value} without such a message"
    if expected.level:
        levels = {d.level for d in verdict.messages if isinstance(d, Diagnostic)} or {
            report.policies[expected.policy].level
        }
        if levels != {expected.level}:
            return f"{verdict.outcome.value} at the level {', '.join(sorted(levels))}"
    return "" if expected.remediated is None else _remediated(expected, report)


def _remediated(expected: Expected, report: Report) -> str:
    """Difference between remediated properties and the expectation, by property names without values."""
    found = [r for r in report.remediations if r.policy == expected.policy and expected.urn in (None, r.urn)]
    if not found:
        return "no remediation"
    assert expected.remediated is not None
    missing = object()
    wrong = [k for k, v in expected.remediated.items() if all(r.properties.get(k, missing) != v for r in found)]
    return f"a remediation with another {', '.join(wrong)}" if wrong else ""


def _said(verdict: Verdict) -> str:
    return "\n".join(d.message if isinstance(d, Diagnostic) else d.reason for d in verdict.messages[:3])
