"""JUnit XML report, for the test view of a CI server: a suite per stack, a case per verdict."""

from collections.abc import Iterable

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from im_stack.policies.judge import Verdict
from im_stack.policies.rule import Outcome
from im_stack.policies.say import say
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.places import Places
from im_stack.terms.problem import InputError


def to_junit(results: Iterable[tuple[str, Checked]]) -> str:
    """The report: failed and unproven verdicts are failures, waived and not applicable ones are skipped."""
    document = JUnitXml()
    for name, checked in results:
        suite = TestSuite(_clean(name))
        suite.add_testcases(_broken(checked) if isinstance(checked, InputError) else _judged(checked))
        document.add_testsuite(suite)
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return text.decode() + "\n"


def _broken(error: InputError) -> list[TestCase]:
    case = TestCase("the stack can be judged", classname="input")
    messages = [_clean(str(problem)) for problem in error.problems]
    case.result = [Error(message, type_="input") for message in messages]
    return [case]


def _judged(check: Check) -> list[TestCase]:
    places = Places(check)
    return [_case(verdict, places) for verdict in check.judgement.verdicts]


def _case(verdict: Verdict, places: Places) -> TestCase:
    place = places.of(verdict)
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
