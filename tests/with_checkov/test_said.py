"""Resource of a verdict in Checkov's results, and several verdicts about one resource."""

from dataclasses import replace
from datetime import date

from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Amount, Evidence, Resource
from im_stack.policies.judge import Judgement
from im_stack.policies.rule import Outcome, Verdict
from im_stack.preflight.with_checkov.results import Result, RuleResult, results_of
from im_stack.terms.stack.waiver import Waiver

BUCKET = Resource("urn:a::p::Bucket::media", "aws:s3/bucket:Bucket", "media", {}, provider="urn:a::p::Provider::home")
PART = Resource("urn:a::p::Media::part", "im:aws:Media", "part", {}, custom=False)
INNER = replace(BUCKET, urn="urn:a::p::Bucket::inner", name="inner", parent=PART.urn, provider=None)
ADDRESSES = {
    PART.urn: "terraform_data.part",
    BUCKET.urn: "aws_s3_bucket.media",
    INNER.urn: "aws_s3_bucket.inner",
}
WAIVER = Waiver.model_construct(owner="the officer", expires=date(2027, 1, 1), reason="an audit needs it")


def _verdict(subject: str, outcome: Outcome = Outcome.FAIL, **more: object) -> Verdict:
    plain = Verdict("ceiling", "t", subject, "it", outcome, "is too long", "", ("D",), True, None, (), False)
    return replace(plain, **more)  # type: ignore[arg-type]  # as the caller names them


def _said(*verdicts: Verdict, addresses: dict[str, str] | None = None) -> dict[str, dict[str, RuleResult]]:
    facts = Facts((), Graph([BUCKET, PART, INNER]))
    judgement = Judgement(verdicts, (), (), (), (), 3, facts=facts)
    return {a: dict(rows) for a, rows in results_of(judgement, ADDRESSES if addresses is None else addresses).items()}


def _where(verdict: Verdict) -> list[str]:
    return list(_said(verdict))


def test_a_verdict_falls_on_its_subject() -> None:
    assert _where(_verdict(BUCKET.urn)) == ["aws_s3_bucket.media"]
    assert _where(_verdict(PART.urn)) == ["terraform_data.part"]


def test_a_verdict_about_a_class_falls_on_what_its_path_ends_in() -> None:
    hops = tuple(Amount(None, "kept", Evidence(urn, "days")) for urn in (PART.urn, INNER.urn, PART.urn))
    assert _where(_verdict("messages", hops=hops)) == ["aws_s3_bucket.inner"]
    assert _where(_verdict("messages", hops=hops[:1])) == ["terraform_data.part"]


def test_a_verdict_about_what_is_not_in_the_plan_falls_on_what_it_made() -> None:
    assert _where(_verdict("urn:a::p::Provider::home")) == ["aws_s3_bucket.media"]


def test_a_verdict_about_the_stack_falls_on_the_first_resource() -> None:
    assert _where(_verdict("")) == ["terraform_data.part"]


def test_a_verdict_of_a_rule_nobody_asks_about_is_still_said() -> None:
    assert list(_said(_verdict("", rule="engine-accepts"))["terraform_data.part"]) == ["input-shows-all"]


def test_the_worst_counts() -> None:
    passed, failed = _verdict(BUCKET.urn, Outcome.PASS), _verdict(BUCKET.urn)
    unproven, waived = _verdict(BUCKET.urn, Outcome.UNPROVEN), _verdict(BUCKET.urn, waived=WAIVER)
    results = {
        name: _said(*verdicts)["aws_s3_bucket.media"]["ceiling"].result
        for name, verdicts in {
            "failed": (passed, waived, failed),
            "unproven": (passed, unproven),
            "waived": (passed, waived),
            "passed": (passed,),
        }.items()
    }
    assert results == {
        "failed": Result.FAILED,
        "unproven": Result.FAILED,
        "waived": Result.SKIPPED,
        "passed": Result.PASSED,
    }


def test_a_waiver_is_the_reason_of_what_is_skipped() -> None:
    said = _said(_verdict(BUCKET.urn, waived=WAIVER))["aws_s3_bucket.media"]["ceiling"]
    assert said.lines == ("waived by the officer until 2027-01-01: an audit needs it",)


def test_what_does_not_apply_is_not_said() -> None:
    assert _said(_verdict(BUCKET.urn, Outcome.NOT_APPLICABLE)) == {}
