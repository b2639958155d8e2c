"""Program of every stack: it reads the declaration, creates the backend and exports its contract."""

import pulumi

from im_stack.components.backend import ImBackend, Secrets
from im_stack.components.program import declared, secret

declaration = declared()
backend = ImBackend(
    declaration.name,
    declaration,
    Secrets(
        mysql_root_password=secret("mysql-root-password"),
        mongodb_password=secret("mongodb-password"),
        redis_password=secret("redis-password"),
        producer_password=secret("producer-password"),
        consumer_password=secret("consumer-password"),
    ),
)
pulumi.export("contract", backend.contract.export())
