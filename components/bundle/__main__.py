"""`python -m components.bundle` writes the zip into the project's build folder."""

import sys
from pathlib import Path

from components.bundle import FOLDER, bundle_name
from components.bundle.archive import bundle


def main() -> None:
    """Write the zip, with the packages in the folder given as the one argument, if any; print where it is."""
    folder = Path(FOLDER)
    folder.mkdir(exist_ok=True)
    vendor = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(bundle(folder / bundle_name(), vendor))


if __name__ == "__main__":
    main()
