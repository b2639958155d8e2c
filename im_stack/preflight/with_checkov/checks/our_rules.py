"""External checks of Checkov, one per rule of ours, and the reasons of `skips.yaml` in Checkov's own reports.

    IM_STACK=<stack> checkov -f plan.json --framework terraform_plan --external-checks-dir <this folder>

Checkov skips a file that it cannot load and a check that raises, and either would count as a pass. So the first ends
the run here, and the second is a failure.
"""

import os
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[4]
if str(_ROOT) not in sys.path:  # behind all else: nothing here may stand in for a package of Checkov's
    sys.path.append(str(_ROOT))

try:
    from checkov.common.bridgecrew.severities import Severities
    from checkov.common.models.enums import CheckCategories, CheckResult
    from checkov.common.output.record import Record
    from checkov.common.output.report import Report
    from checkov.common.output.sarif import Sarif
    from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

    from im_stack.policies.rule import Rule
    from im_stack.preflight.with_checkov.judged import judged
    from im_stack.preflight.with_checkov.results import ASKED, Result, RuleResult, check_id
    from im_stack.preflight.with_checkov.skips import skip_of, skips
    from im_stack.terms.problem import InputError

    skips()
except Exception as fault:
    print(f"error: the checks of this project cannot be loaded: {fault!r}", file=sys.stderr)
    raise SystemExit(2) from None

_RESULTS = {
    Result.FAILED: CheckResult.FAILED,
    Result.SKIPPED: CheckResult.SKIPPED,
    Result.PASSED: CheckResult.PASSED,
    None: CheckResult.UNKNOWN,
}


class OurRule(BaseResourceCheck):  # type: ignore[misc]  # it is Any where Checkov is not installed
    """One rule, asked of every resource of a plan; where it says nothing of a resource, neither does Checkov."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(
            name=rule.title,
            id=check_id(rule.id),
            categories=(CheckCategories.GENERAL_SECURITY,),
            supported_resources=("*",),
        )
        self.rule = rule.id
        self.severity = Severities["HIGH" if rule.waivable and not rule.only else "CRITICAL"]

    def run(self, *, entity_configuration: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Takes the place of what Checkov does around `scan_resource_conf`: what raises there counts for nothing."""
        said = self._said(entity_configuration)
        self.details = list(said.lines) if said else []
        result = {"result": _RESULTS[said.result if said else None], "evaluated_keys": []}
        if said and said.result is Result.SKIPPED:
            result["suppress_comment"] = "; ".join(self.details)
        return result

    def _said(self, configuration: dict[str, Any]) -> RuleResult | None:
        try:
            plan = _text(configuration["__file__"])
            return judged(Path(plan), _stack()).get(_text(configuration["__address__"]), {}).get(self.rule)
        except InputError as error:
            return RuleResult(Result.FAILED, tuple(str(problem) for problem in error.problems))
        except Exception as fault:  # a fault of ours must not become a pass
            return RuleResult(Result.FAILED, (f"the plan could not be judged ({type(fault).__name__})",))

    def scan_resource_conf(self, _: dict[str, Any]) -> Any:
        raise NotImplementedError  # never called: see `run`


def _text(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _stack() -> str:
    name = os.environ.get("IM_STACK", "")
    if not name:
        print("error: IM_STACK is not set: the name of the stack that the plan is of", file=sys.stderr)
        raise SystemExit(2)
    return name


def _add_record(self: Report, record: Record) -> None:
    """A finding of a check that is not asked of its resource goes among the skipped ones, with the reason."""
    skip = skip_of(record.check_id, record.resource_address or record.resource)
    if skip and record.check_result["result"] in (CheckResult.FAILED, CheckResult.PASSED):
        record.check_result = {**record.check_result, "result": CheckResult.SKIPPED, "suppress_comment": skip.reason}
    _as_it_was(self, record)


def _create_json(self: Sarif) -> dict[str, Any]:
    """Details as part of the message: Checkov writes them as attachments, of a form that SARIF does not have."""
    document: dict[str, Any] = _written(self)
    for row in (row for run in document["runs"] for row in run["results"]):
        details = [attached["description"] for attached in row.pop("attachments", ())]
        row["message"]["text"] = "\n".join([row["message"]["text"], *details])
    return document


for _rule in ASKED:
    OurRule(_rule)
_as_it_was, _written = Report.add_record, Sarif.create_json
if _as_it_was.__name__ != _add_record.__name__:  # the folder may be loaded more than once
    Report.add_record, Sarif.create_json = _add_record, _create_json
