"""Build step of the wheel: what the policy pack says about itself where it is installed.

In the project its environment is `.venv` beside it. Installed, the pack is `<environment>/lib/pythonX.Y/site-packages/
im_stack/policies`. Everything else about the distribution is in pyproject.toml.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

IN_THE_PROJECT = "    virtualenv: ../.venv\n"
INSTALLED = "    virtualenv: ../../../../..\nversion: {version}\n"


class Build(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        pack = Path(self.build_lib) / "im_stack" / "policies" / "PulumiPolicy.yaml"
        text = pack.read_text("utf-8")
        if not text.endswith(IN_THE_PROJECT):
            raise ValueError(f"{pack} does not end with {IN_THE_PROJECT!r}")
        installed = INSTALLED.format(version=self.distribution.get_version())
        pack.write_text(text.removesuffix(IN_THE_PROJECT) + installed, "utf-8")


setup(cmdclass={"build_py": Build})
