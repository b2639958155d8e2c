"""The program of every stack: read the declaration, make the backend."""

from components.backend import ImBackend, Secrets
from components.program import declared, secret

ImBackend("im", declared(), Secrets(mysql_root_password=secret("mysql-root-password")))
