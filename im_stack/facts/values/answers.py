"""Answers: what the cloud says of a resource in its outputs, where that is not what its inputs say.

In: inputs and outputs of a deployed resource in wire form. Out: the inputs as they are judged, None for a setting that
is not there any more. An output counts where it contradicts the input of its name. Without such an input it counts only
where there is something to compare it with: the provider's default, or the values of a row of forbidden settings. A
switch that is on is compared with an absent one, which is off.
Outputs of other names are in `facts/<cloud>/answers.yaml`. A missing output says nothing; secrets are never compared.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from im_stack.facts.mechanism.cloud import credential_arguments, judged_arguments, name_of
from im_stack.facts.mechanism.tables import AnswerRow, answers, defaults, forbidden_settings
from im_stack.facts.wire.constants import SIGNATURE, UNKNOWN, holds_unknown


def as_answered(
    inputs: Mapping[str, Any], outputs: Mapping[str, Any], type_: str, region: str = ""
) -> Mapping[str, Any] | None:
    """Inputs as the cloud answers them; None where it says that there is no such setting. `region` is where the
    resource is made."""
    judged = dict(inputs)
    for argument in judged_arguments(type_) - credential_arguments(type_):
        answer = outputs.get(argument)
        if answer is not None and contradicts(_given(inputs, argument, type_, answer, region), answer):
            judged[argument] = answer
    for row in _rows(type_):
        answer = outputs.get(row.output)
        if answer is None or holds_unknown(answer):
            continue
        if row.gone:
            if answer in row.gone:
                return None
        elif row.members:
            judged[row.argument] = _still_there(judged.get(row.argument), answer, row)
        else:
            means = _meaning(answer, row)
            if means == UNKNOWN or contradicts(judged.get(row.argument, _default(row.argument, type_)), means):
                judged[row.argument] = means
    return judged


def _rows(type_: str) -> tuple[AnswerRow, ...]:
    cloud = name_of(type_)
    return answers(cloud).get(type_, ()) if cloud else ()


def _given(inputs: Mapping[str, Any], argument: str, type_: str, answer: Any, region: str) -> Any:
    """The value that an output is compared with: the input, or the default. Without either it is the output itself
    where that means the same as absent: it is empty, allowed beside absent, or there is nothing to compare it with."""
    given = inputs.get(argument)
    given = _default(argument, type_) if given is None else given
    if given is not None:
        return given
    if _is_on(answer):
        return None
    listed = _listed(type_).get(argument)
    return (
        answer
        if listed is None or answer in ("", [], {}, 0, False, *listed) or ("home" in listed and answer == region)
        else None
    )


def _is_on(answer: Any) -> bool:
    """Whether an answer is a switch that is on, or a block with one."""
    return answer is True or (isinstance(answer, Mapping) and any(_is_on(inner) for inner in answer.values()))


def _default(argument: str, type_: str) -> Any:
    return defaults(name_of(type_)).get(type_, {}).get(argument)


@cache
def _listed(type_: str) -> Mapping[str, tuple[str | int | bool, ...]]:
    """The arguments of a type for which a row of forbidden settings lists more than absent, and what it lists."""
    rows = forbidden_settings(name_of(type_)).get(type_, ())
    return {row.argument: row.allow for row in rows if row.argument and set(row.allow) > {"absent"}}


def contradicts(given: Any, answer: Any) -> bool:
    """Whether an answer is certainly another than what was given: order, spelling of a number or a document, and what
    the provider adds to a block are no difference."""
    if given == answer:  # mostly: nothing is looked through
        return False
    if holds_unknown(given) or holds_unknown(answer) or _is_special(given) or _is_special(answer):
        return False
    if isinstance(given, Mapping) and isinstance(answer, Mapping):
        keys = [key for key in given if not key.startswith("__") and key in answer]
        return any(answer[key] is not None and contradicts(given[key], answer[key]) for key in keys)
    if isinstance(given, list) and isinstance(answer, list):
        rest = list(answer)
        for item in given:
            same = next((at for at, other in enumerate(rest) if not contradicts(item, other)), None)
            if same is None:
                return True
            del rest[same]
        return bool(rest)
    return bool(_plain(given) != _plain(answer))


def _is_special(value: Any) -> bool:
    """A secret, a file, or whatever else stands for something."""
    return isinstance(value, Mapping) and SIGNATURE in value


def _plain(value: Any) -> Any:
    """A value as it compares: a number in a text is that number, and a document what is in it."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _meaning(answer: Any, row: AnswerRow) -> Any:
    found = [means for value, means in row.values.items() if _plain(value) == _plain(answer)]
    return found[0] if found else row.other


def _still_there(given: Any, answer: Any, row: AnswerRow) -> Any:
    """The members of a list that the answer has, too, and switched on."""
    if (
        not isinstance(given, list)
        or not isinstance(answer, list)
        or not all(isinstance(each, Mapping) for each in answer)
    ):
        return given
    there = {each.get(row.members) for each in answer if not row.switch or each.get(row.switch) is not False}
    return [each for each in given if not isinstance(each, Mapping) or each.get(row.members) in there]
