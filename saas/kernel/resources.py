"""Where the files beside the code are: in a checkout at its root, in the wheel under `saas/_data`."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def path(name: str) -> Path:
    """Return the folder *name* (templates, migrations, tenants); FileNotFoundError if neither is there."""
    for root in (PACKAGE / "_data", PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"{name} is neither in the package nor beside it")
