"""The modules a workflow may import in a Gateway, under their Gateway names once ``install`` has run."""

from __future__ import annotations

import importlib
import pkgutil
import sys


def install() -> None:
    """Make every module below this package importable under its Gateway name, as ``bluecat`` is."""
    names = [module.name for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}.")]
    for name in names:
        module = importlib.import_module(name)
        sys.modules[name.removeprefix(f"{__name__}.")] = module
