"""Periods of Tencent Cloud's limits, as the readers of its stores use them."""

from im_stack.facts.knowledge.retention import Periods, belongs, setting
from im_stack.facts.mechanism.rows import channel, never

_PERIODS = Periods("tencent")
lag, fixed, chosen = _PERIODS.lag, _PERIODS.fixed, _PERIODS.chosen

__all__ = ["belongs", "beside_tls", "chosen", "fixed", "lag", "setting"]


beside_tls = channel(
    "plain connections beside TLS",
    "",
    never,
    "no document says that the service refuses plain connections once TLS is on",
    declared="nobody uses them",
)
"""Plain connections to a database that answers TLS: no document says that it then refuses them."""
