"""Periods of Tencent Cloud's limits, as the readers of its stores use them."""

from im_stack.facts.knowledge.retention import Periods, belongs, setting
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Channel, Resource

_PERIODS = Periods("tencent")
lag, fixed, chosen = _PERIODS.lag, _PERIODS.fixed, _PERIODS.chosen

__all__ = ["belongs", "beside_tls", "chosen", "fixed", "lag", "setting"]


def beside_tls(view: View, instance: Resource) -> Channel:
    """Plain connections to a database that answers TLS: no document says that it then refuses them."""
    why = "no document says that the service refuses plain connections once TLS is on"
    return Channel(
        instance.urn, "plain connections beside TLS", False, view.evidence("", why), declared="nobody uses them"
    )
