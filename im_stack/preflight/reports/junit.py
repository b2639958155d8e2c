"""JUnit XML report, for the test view of a CI server: a suite per stack, a case per verdict."""

from collections.abc import Iterable

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from im_stack.policies.rule import Outcome
from im_stack.policies.say import say
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.report import Judged, Unjudged


def to_junit(reports: Iterable[Judged]) -> str:
    """The report: failed and unproven verdicts are failures, waived and not applicable ones are skipped."""
    document = JUnitXml()
    for report in reports:
        suite = TestSuite(_clean(report.stack))
        suite.add_testcases([_broken(report)] if isinstance(report, Unjudged) else [*map(_case, report.findings)])
        document.add_testsuite(suite)
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return text.decode() + "\n"


def _broken(report: Unjudged) -> TestCase:
    case = TestCase("the stack can be judged", classname="input")
    case.result = [Error(_clean(str(problem)), type_="input") for problem in report.problems]
    return case


def _case(verdict: Finding) -> TestCase:
    place = verdict.place
    case = TestCase(_clean(f"{verdict.name}: {verdict.message}"), classname=_clean(verdict.rule))
    case._elem.set("file", _clean(place.file))
    if place.line:
        case._elem.set("line", str(place.line))
    if verdict.waived:
        case.result = [Skipped(_clean(f"waived until {verdict.waived.expires}: {verdict.waived.reason}"))]
    elif verdict.weak:
        failure = Failure(_clean(verdict.message), type_=verdict.outcome.value)
        failure.text = _clean(say(verdict))
        case.result = [failure]
    elif verdict.outcome is Outcome.NOT_APPLICABLE:
        case.result = [Skipped("not applicable")]
    return case


def _clean(text: str) -> str:
    """XML has no way to write most control characters, and names are whatever a program says."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
