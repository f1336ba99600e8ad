"""The back end of a home media portal, as one GraphQL API."""

import importlib.util
import sys
from pathlib import Path

__version__ = "0.1.0"


def _refuse_foreign_packages() -> None:
    """Our generic top-level names must be ours: another distribution's `schema` would break in stranger ways later."""
    home = Path(__file__).resolve().parent.parent
    for name in ("schema", "models"):
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != home:
            sys.exit(
                f"MediaNest needs its own package `{name}`, but Python finds {origin or 'none'}. "
                "Install MediaNest into a virtual environment of its own: make install."
            )


_refuse_foreign_packages()
