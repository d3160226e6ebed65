"""The lab's folder while it runs: password, logs, node state, control socket. Only its user may look inside.

A lab holds a lock on its folder for as long as its process lives, so what a killed lab left behind is known
for what it is and swept away by the next one.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

from agmonitor.file_lock import FileLock, is_held
from agmonitor.lab.errors import LabError

PREFIX = "lab-"
LOCK = "lock"
SWEEP_WAIT_S = 60.0  # a lab that starts sweeps for a moment; longer only where it was stopped meanwhile


class LabFolder:
    """One lab's folder, removed by ``remove``."""

    def __init__(self) -> None:
        """Sweep what killed labs left, and make it.

        Raises:
            LabError: there is no place for it.
        """
        root = root_folder()
        with _sweeping(root / LOCK):
            for stale in [folder for folder in _folders(root) if not _is_alive(folder)]:
                shutil.rmtree(stale, ignore_errors=True)
            try:
                self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
                self._lock = FileLock(self.path / LOCK, wait_s=SWEEP_WAIT_S)  # somebody may just look
            except OSError as error:
                raise _no_place(root, error) from None

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
        raise _no_place(root, error) from None
    return root


def _no_place(path: Path, error: OSError) -> LabError:
    """What to say where the system does not let us make our folder."""
    advice = "Name another folder with AGMONITOR_HOME."
    return LabError(f"The lab has no place for its files: {path}: {error.strerror or error}. {advice}")


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


def _sweeping(path: Path) -> FileLock:
    try:
        return FileLock(path, wait_s=SWEEP_WAIT_S)
    except OSError as error:
        raise _no_place(path, error) from None


def _folders(root: Path) -> list[Path]:
    return [path for path in root.glob(f"{PREFIX}*") if path.is_dir()]


def _is_alive(folder: Path) -> bool:
    return is_held(folder / LOCK)
