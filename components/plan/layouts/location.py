"""Location: where a device is, the last place that it sent, in a table; in the cache alone where it is not stored."""

from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.plan.layouts.feature import Feature, Parts, Services
from im_stack.terms.stack.declaration import Declaration

LOCATION = "gp-location"


def _parts(_: str, declaration: Declaration, __: Services) -> Parts:
    location = plan(declaration, LOCATION)
    rows, passing = ({"locations": Placed(location)}, {}) if location.stored else ({}, {"locations": Placed(location)})
    return Parts(classes=(location,), tables=rows, keyspaces=passing)


LOCATIONS = Feature((LOCATION,), lambda _: [], _parts)
