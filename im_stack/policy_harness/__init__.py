"""Test harness for Pulumi policy packs: a pack gets what the engine would send (docs/extending/policy-harness.md).

A pack runs unmodified, in its own process, over the engine's protocol; no engine, provider, login or network.
"""

from im_stack.policy_harness.check import Harness, Mismatch, check_table
from im_stack.policy_harness.errors import ConfigFault, PackFault, PolicyFault, Problem, TableError
from im_stack.policy_harness.protocol.pack import Pack, running
from im_stack.policy_harness.protocol.verdicts import (
    Diagnostic,
    EnforcementLevel,
    NotApplicable,
    Outcome,
    Remediation,
    Report,
    Verdict,
)
from im_stack.policy_harness.protocol.wire import Options, Resource, Stack
from im_stack.policy_harness.tables.table import Case, Table, read_table, resources

__all__ = [
    "Case",
    "ConfigFault",
    "Diagnostic",
    "EnforcementLevel",
    "Harness",
    "Mismatch",
    "NotApplicable",
    "Options",
    "Outcome",
    "Pack",
    "PackFault",
    "PolicyFault",
    "Problem",
    "Remediation",
    "Report",
    "Resource",
    "Stack",
    "Table",
    "TableError",
    "Verdict",
    "check_table",
    "read_table",
    "resources",
    "running",
]
