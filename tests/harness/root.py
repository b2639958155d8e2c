"""Root of the project: the folder of README.md."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
