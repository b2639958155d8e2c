"""Spelling of arguments: as the user's own file writes them, which is where a fix is made.

In: a URN and an argument by its name on the wire (`lifecycleRules.expiration.days`). Out: the same in Python
(`lifecycle_rules.expiration.days`), or in HCL where a plan of Terraform is judged; as it is where the file is a state,
which no program is seen of, and in what a component declares.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from im_stack.facts.mechanism.cloud import judged_arguments
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Evidence
from im_stack.policies.rules.declared_holdings import UNDECLARED
from im_stack.policies.rules.explicit_provider import DEFAULT
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.terraform.names import snake

_IN_TERRAFORM: Final = {
    UNDECLARED: 'say what it holds, in its module: `resource "terraform_data" "LABEL_holds" { input = { imDeclares = { '
    'version = 1, holdings = [{ name = "NAME", store = "NAME", dataClass = CLASS, clock = "birth" }] } } }`, or with '
    '`nothing = [{ resource = "NAME", reason = REASON }]` instead of holdings',
    DEFAULT: "a `provider` block with the region of the stack",
}
"""What a rule says to a program, in HCL; NAME is the resource's own, LABEL a name made of it."""
Spelling = Callable[[str, str], str]


def spelling(check: Check) -> Spelling:
    """How the file that a stack was read from spells an argument of a resource."""
    graph = check.judgement.facts.graph
    if check.addresses:
        return partial(_in_terraform, graph)
    return partial(_in_python, graph) if check.recording["registrations"] else _on_the_wire


def in_language(check: Check, spell: Spelling, urn: str, fix: str) -> str:
    """A fix in the language of the file that the stack was read from, with the arguments of the resource that it names
    besides that of its evidence. Rules say it as a program does; a state is of a program as well."""
    said, resource = _IN_TERRAFORM.get(fix), check.judgement.facts.graph.by_urn.get(urn)
    if resource is None:
        return fix
    if not said or not check.addresses:
        compound = (name for name in judged_arguments(resource.type) if name != name.lower())  # no word of a sentence
        return respelled(fix, [Evidence(urn, name) for name in compound], spell)
    quoted = resource.name.replace('"', r"\"")
    return said.replace("LABEL", re.sub(r"\W+", "_", resource.name).strip("_")).replace("NAME", quoted)


def respelled(text: str, evidence: Iterable[Evidence], spell: Spelling) -> str:
    """A text in which every argument of the evidence is spelled so."""
    of = {each.argument: each.resource for each in evidence if each.argument and each.argument in text}
    if not of:
        return text
    longest_first = sorted(of, key=lambda argument: (-len(argument), argument))
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
    return words.sub(lambda found: spell(of[found[0]], found[0]), text)


def _on_the_wire(_urn: str, argument: str) -> str:
    return argument


def _in_python(graph: Graph, urn: str, argument: str) -> str:
    resource = graph.by_urn.get(urn)
    if resource is None or not resource.custom:
        return argument
    return ".".join(snake(part) for part in argument.split("."))


def _in_terraform(graph: Graph, urn: str, argument: str) -> str:
    from im_stack.preflight.terraform.table import row_of

    resource = graph.by_urn.get(urn)
    if resource is None or not resource.custom:
        return argument
    row, parts = row_of(resource.type), re.sub(r"\[\d+\]", "", argument).split(".")
    return ".".join(row.terraform_name(".".join(parts[: n + 1])) for n in range(len(parts)))
