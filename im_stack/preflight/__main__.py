"""Command line as a module: `python -m im_stack.preflight` is `preflight` on PATH."""

from im_stack.preflight.cli import main

main()
