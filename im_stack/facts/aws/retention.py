"""Periods of AWS's limits, as the readers of its stores use them."""

from im_stack.facts.knowledge.retention import Periods, belongs, setting

_PERIODS = Periods("aws")
lag, fixed, chosen = _PERIODS.lag, _PERIODS.fixed, _PERIODS.chosen

__all__ = ["belongs", "chosen", "fixed", "lag", "setting"]
