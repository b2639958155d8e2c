"""Analytics: what devices and the service record about their use, kept apart from every other class.

Clients write it straight into a bucket of its own, under a key of its own, which one role reads. No flow leaves it.
"""

from im_stack.components.plan.budget import plan
from im_stack.components.plan.layouts.feature import Feature, Parts, Services
from im_stack.terms.problem import Problem
from im_stack.terms.stack.declaration import Declaration

LOGS, BUCKET = "gp-log", "analytics"


def _problems(declaration: Declaration) -> list[Problem]:
    choice, problems = declaration.classes[LOGS], []
    if not choice.store:
        what, right = "the components keep analytics in a bucket, where it is stored", "store: true with a period"
        problems.append(Problem(what, right, f"im:classes.{LOGS}.store", "GP-SEP-01"))
    if choice.form:
        what = "analytics has a key of its own, and the keyring is that of other classes, too"
        problems.append(Problem(what, "counted", f"im:classes.{LOGS}.backups", "GP-SEP-01"))
    return problems


def _parts(_: str, declaration: Declaration, __: Services) -> Parts:
    logs = plan(declaration, LOGS)
    return Parts(classes=(logs,), apart={BUCKET: logs}, readers=frozenset({BUCKET}))


ANALYTICS = Feature((LOGS,), _problems, _parts, apart=(BUCKET,))
