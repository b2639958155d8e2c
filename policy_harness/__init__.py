"""Tests for Pulumi policy packs that show a policy what the engine will show it. See docs/policy-harness.md.

A pack runs unmodified, in its own process, over the engine's protocol; no engine, provider, login or network.
"""

from policy_harness.errors import ConfigFault, PackFault, Problem, TableError
from policy_harness.pack import Pack, running
from policy_harness.verdicts import Diagnostic, EnforcementLevel, NotApplicable, Outcome, Remediation, Report, Verdict
from policy_harness.wire import Options, Resource, Stack

__all__ = [
    "ConfigFault",
    "Diagnostic",
    "EnforcementLevel",
    "NotApplicable",
    "Options",
    "Outcome",
    "Pack",
    "PackFault",
    "Problem",
    "Remediation",
    "Report",
    "Resource",
    "Stack",
    "TableError",
    "Verdict",
    "running",
]
