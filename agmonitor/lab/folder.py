"""The lab's folder while it runs: password, logs, node state, control socket. Only its user may look inside.

A lab holds a lock on its folder for as long as its process lives, so what a killed lab left behind is known
for what it is and swept away by the next one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Self

from agmonitor.lab.errors import LabError

PREFIX = "lab-"
LOCK = "lock"


class LabFolder:
    """One lab's folder, removed by ``remove``."""

    def __init__(self) -> None:
        root = root_folder()
        with _Locked(root / LOCK):
            for stale in [folder for folder in _folders(root) if not _is_alive(folder)]:
                shutil.rmtree(stale, ignore_errors=True)
            self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
            self._lock = _Locked(self.path / LOCK)

    def write_secret(self, name: str, text: str) -> Path:
        path = self.path / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        return path

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def root_folder() -> Path:
    """Where labs have their folders; made if missing. ``AGMONITOR_HOME`` moves it, as all folders.

    Raises:
        LabError: it belongs to somebody else, or others may write there.
    """
    root = root_path()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_shared(root)
    except OSError as error:
        raise LabError(f"The lab has no place for its files: {root}: {error.strerror}.") from None
    return root


def _refuse_shared(root: Path) -> None:
    status = root.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise LabError(f"The lab will not put its password into {root}: others may write there.")


def root_path() -> Path:
    """That folder's name; nothing is made."""
    if home := os.environ.get("AGMONITOR_HOME"):
        return _expanded(home).absolute() / "run"
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(runtime) / "agmonitor"
    return Path(tempfile.gettempdir()) / f"agmonitor-{os.getuid()}"


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # nobody has such a home: taken as it is written, as the settings' folder is
        return Path(text)


def running() -> list[Path]:
    """The folders of the labs that run now, oldest first; makes none.

    Raises:
        LabError: others may write there, so what is found is not to be believed.
    """
    root = root_path()
    try:
        _refuse_shared(root)
    except OSError:
        return []  # it was never made, or nobody may look inside
    alive = [folder for folder in _folders(root) if _is_alive(folder)]
    return sorted(alive, key=lambda folder: folder.stat().st_ctime)


def pid_of(folder: Path) -> int:
    return int(folder.name.removeprefix(PREFIX).split("-")[0])


class _Locked:
    """Holds a file's lock until closed; the kernel lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _folders(root: Path) -> list[Path]:
    return [path for path in root.glob(f"{PREFIX}*") if path.is_dir()]


def _is_alive(folder: Path) -> bool:
    try:
        fd = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(
            fd, fcntl.LOCK_SH | fcntl.LOCK_NB
        )  # shared: two who look don't take each other for the lab
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
