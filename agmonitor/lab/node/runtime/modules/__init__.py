"""The modules a workflow may import in a Gateway, under their Gateway names once ``install`` has run.

Each file below this folder is one module: ``bluecat/util.py`` is what a workflow imports as ``bluecat.util``.
They are imported when a workflow asks for them and not before. One that is asked for what it does not have
says which name, and the file to add it to.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent
SHOWN_FROM = FOLDER.parents[4]  # files are named from the package's own folder on
TOP_NAMES = frozenset(
    path.stem for path in FOLDER.iterdir() if path.name[0] != "_" and (path.is_dir() or path.suffix == ".py")
)


def install() -> None:
    """Make every module below this package importable under its Gateway name, as ``bluecat`` is."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def gateway_name(name: str) -> str:
    """What a workflow calls a module; one of ours may go by its own name in an error."""
    return name.removeprefix(f"{__name__}.")


def is_shim(name: str) -> bool:
    """Whether a module of this Gateway name is, or would be, one of ours."""
    return name.partition(".")[0] in TOP_NAMES and not name.startswith("bluecat_portal.customizations.")


def file_of(name: str) -> str:
    """The file a shim of this Gateway name stands in, or would stand in, as it is told to people."""
    path = FOLDER.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return str(file.relative_to(SHOWN_FROM))


def lacks(name: str, attribute: str) -> str:
    """The sentence for a name that a shim does not have."""
    file = file_of(name.partition(":")[0])
    return f"the lab's {name} has no {attribute!r}; it would be added in {file}"


class _Finder(MetaPathFinder):
    """Finds ``bluecat`` and the like; before any installed package, because a workflow means Gateway's."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As the import system asks.

        Raises:
            ModuleNotFoundError: it is below one of ours, and we have no such module.
        """
        if name.startswith(f"{__name__}."):
            return _telling(PathFinder.find_spec(name, path, target))
        if not is_shim(name):
            return None
        place = FOLDER.joinpath(*name.split("."))
        if not (place.is_dir() or place.with_suffix(".py").is_file()):
            parent, _, last = name.rpartition(".")
            raise ModuleNotFoundError(lacks_module(parent, last), name=name)
        spec = ModuleSpec(name, _Loader(), is_package=place.is_dir())
        spec.origin = file_of(name)
        return spec


def lacks_module(parent: str, name: str) -> str:
    """The sentence for a module that a shim package does not have."""
    return f"the lab's {parent} has no module {name!r}; it would be added as {file_of(f'{parent}.{name}')}"


def _telling(spec: ModuleSpec | None) -> ModuleSpec | None:
    """``from bluecat import util`` asks for one of ours by our own name; that one tells, too."""
    if spec is not None and spec.loader is not None:
        spec.loader = _Telling(spec.loader)
    return spec


class _Telling(Loader):
    """Loads a file of ours, and gives it the words for what it does not have."""

    def __init__(self, inner: Loader) -> None:
        self._inner = inner

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        vars(module).setdefault("__getattr__", _teller(gateway_name(module.__name__)))


class _Loader(Loader):
    """Gives the one module there is, whatever name it is asked for under."""

    def __init__(self) -> None:
        self._own_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(f"{__name__}.{spec.name}")
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own_spec  # the import system has put the alias' there; it is loaded already


def _teller(name: str) -> Callable[[str], object]:
    def missing(attribute: str) -> object:
        raise AttributeError(lacks(name, attribute), name=attribute)

    return missing
