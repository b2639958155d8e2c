"""JUnit XML report, for the test view of a CI server: a suite per stack, a case per rule and subject.

A case has the same name in every run, whatever is found, so that a server can tell its history: its class is the rule,
its name the resource or data class. The time of a suite is what its check took, that of a case what its rule took to
say what it says of the subject.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from im_stack.policies.rule import Outcome
from im_stack.policies.say import say
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.report import Judged, Report, Unjudged
from im_stack.terms.problem import printable


def to_junit(reports: Iterable[Judged]) -> str:
    """The report: a verdict that decides the exit status is a failure; one that is waived or let through is a property
    of a case that fails by something else, and skipped in any other case."""
    document = JUnitXml()
    for report in reports:
        suite = TestSuite(printable(report.stack))
        for row in report.obligations if isinstance(report, Report) else ():
            suite.add_property(row.obligation.id, printable(f"{row.standing}: {row.says}"))
        suite.add_testcases([_broken(report)] if isinstance(report, Unjudged) else list(_cases(report)))
        if isinstance(report, Report):
            suite.time = round(report.took.total_seconds(), 3)
        document.add_testsuite(suite)
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return text.decode() + "\n"


def _broken(report: Unjudged) -> TestCase:
    case = TestCase("the stack can be judged", classname="input")
    case.result = [Error(printable(str(problem)), type_="input") for problem in report.problems]
    return case


def _cases(report: Report) -> Iterator[TestCase]:
    by: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        by.setdefault((finding.rule, finding.name), []).append(finding)
    return (_case(rule, name, findings, report.times) for (rule, name), findings in by.items())


def _case(rule: str, name: str, findings: Sequence[Finding], times: Mapping[tuple[str, str], timedelta]) -> TestCase:
    case = TestCase(printable(name), classname=printable(rule))
    took = [times[key] for key in {(rule, finding.subject) for finding in findings} if key in times]
    if took:
        case._elem.set("time", f"{sum(took, timedelta()).total_seconds():.6f}")  # 4e-06 is no decimal of a schema
    blocking = [finding for finding in findings if finding.counts]
    excused = [finding for finding in findings if finding.weak and finding.excuse]
    place = (blocking or findings)[0].place
    case._elem.set("file", printable(place.file))
    if place.line:
        case._elem.set("line", str(place.line))
    if blocking and excused:
        case.append(_let_through(excused))  # type: ignore[no-untyped-call]
    if blocking:
        case.result = [_failure(finding) for finding in blocking]
    elif excused:
        case.result = [_skipped(excused)]
    elif all(finding.outcome is Outcome.NOT_APPLICABLE for finding in findings):
        case.result = [Skipped("not applicable")]
    return case


def _skipped(excused: Sequence[Finding]) -> Skipped:
    skipped = Skipped(printable("; ".join(dict.fromkeys(finding.excuse for finding in excused))))
    skipped.text = printable("\n".join(map(_line, excused)))
    return skipped


def _let_through(excused: Sequence[Finding]) -> Properties:
    """What does not count of a case that fails by something else."""
    properties = Properties()  # type: ignore[no-untyped-call]
    for finding in excused:
        properties.add_property(Property("let through", printable(_line(finding))))
    return properties


def _line(finding: Finding) -> str:
    return f"{finding.outcome.upper()}: {finding.message}: {finding.excuse}"


def _failure(finding: Finding) -> Failure:
    failure = Failure(printable(finding.message), type_=finding.outcome.value)
    failure.text = printable(say(finding))
    return failure
