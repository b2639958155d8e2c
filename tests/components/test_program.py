"""Declaration of a running program outside of the engine: in a unit test of the program."""

import json
import subprocess
import sys
from pathlib import Path

from tests.harness.world import declaration

_PROGRAM = """
import json, sys
import pulumi

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return [args.name, args.inputs]
    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Mocks(), preview=True)
pulumi.runtime.set_all_config(json.loads(sys.argv[1]))
from im_stack.components.program import declared
print(declared().region, declared().terms)
"""


def test_a_program_under_the_sdks_mocks_has_its_declaration(tmp_path: Path) -> None:
    """They set no root of the project."""
    config = {key: value if isinstance(value, str) else json.dumps(value) for key, value in declaration().items()}
    command = [sys.executable, "-c", _PROGRAM, json.dumps(config)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ap-jakarta None\n"), done.stderr
