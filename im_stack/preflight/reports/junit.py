"""JUnit XML report, for the test view of a CI server: a suite per stack, a case per rule and subject.

A case has the same name in every run, whatever is found, so that a server can tell its history: its class is the rule,
its name the resource or data class. The time of a suite is what its check took.
"""

from collections.abc import Iterable, Iterator, Sequence

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from im_stack.policies.rule import Outcome
from im_stack.policies.say import say
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.report import Judged, Report, Unjudged


def to_junit(reports: Iterable[Judged]) -> str:
    """The report: failed and unproven verdicts are failures, waived and not applicable ones are skipped."""
    document = JUnitXml()
    for report in reports:
        suite = TestSuite(_clean(report.stack))
        suite.add_testcases([_broken(report)] if isinstance(report, Unjudged) else list(_cases(report)))
        if isinstance(report, Report):
            suite.time = round(report.took.total_seconds(), 3)
        document.add_testsuite(suite)
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return text.decode() + "\n"


def _broken(report: Unjudged) -> TestCase:
    case = TestCase("the stack can be judged", classname="input")
    case.result = [Error(_clean(str(problem)), type_="input") for problem in report.problems]
    return case


def _cases(report: Report) -> Iterator[TestCase]:
    by: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        by.setdefault((finding.rule, finding.name), []).append(finding)
    return (_case(rule, name, findings) for (rule, name), findings in by.items())


def _case(rule: str, name: str, findings: Sequence[Finding]) -> TestCase:
    case = TestCase(_clean(name), classname=_clean(rule))
    blocking = [finding for finding in findings if finding.blocks]
    waived = [finding.waived for finding in findings if finding.waived]
    place = (blocking or findings)[0].place
    case._elem.set("file", _clean(place.file))
    if place.line:
        case._elem.set("line", str(place.line))
    if blocking:
        case.result = [_failure(finding) for finding in blocking]
    elif waived:
        case.result = [Skipped(_clean(f"waived until {waiver.expires}: {waiver.reason}")) for waiver in waived[:1]]
    elif all(finding.outcome is Outcome.NOT_APPLICABLE for finding in findings):
        case.result = [Skipped("not applicable")]
    return case


def _failure(finding: Finding) -> Failure:
    failure = Failure(_clean(finding.message), type_=finding.outcome.value)
    failure.text = _clean(say(finding))
    return failure


def _clean(text: str) -> str:
    """XML has no way to write most control characters, and names are whatever a program says."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
