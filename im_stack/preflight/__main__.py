"""`python -m preflight`: the command line, as `preflight` on PATH."""

from im_stack.preflight.cli import main

main()
