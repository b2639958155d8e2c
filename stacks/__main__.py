"""Program of every stack: it reads the declaration, creates the backend and exports its contract."""

import pulumi

from im_stack.components.backend import ImBackend
from im_stack.components.program import declared, secret

declaration = declared()
backend = ImBackend(declaration.name, declaration, secret)
pulumi.export("contract", backend.contract.export())
