"""A lock between two real processes: held, waited for, given up at a kill; a look makes and keeps nothing."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agmonitor.file_lock import FileLock, HeldElsewhereError, hold, is_held, let_go

HOLDING = """
import sys
from pathlib import Path
from agmonitor.file_lock import FileLock
lock = FileLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
lock.close()
print("let go", flush=True)
sys.stdin.readline()
"""


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


@contextlib.contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield other
        finally:
            other.kill()


def test_what_another_process_holds_is_refused_until_it_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    with another_process(path) as other:
        assert is_held(path)
        with pytest.raises(HeldElsewhereError) as told:
            FileLock(path)
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "let go\n"

        assert not is_held(path)
        with FileLock(path):
            assert is_held(path)
    assert told.value.errno == errno.EAGAIN


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    with another_process(path) as other:
        os.kill(other.pid, 9)
        other.wait()

        with FileLock(path):
            assert is_held(path)


def test_who_waits_gets_it_as_soon_as_it_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    first, got = FileLock(path), threading.Event()

    def wait() -> None:
        with FileLock(path, wait_s=60):
            got.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not got.wait(0.05)
    first.close()

    assert got.wait(30)
    waiting.join()
    assert not is_held(path)


def test_a_look_makes_no_file_and_a_lock_needs_its_folder(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "none.lock")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "nowhere" / "one.lock")


def test_one_that_is_refused_leaves_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    with FileLock(path):
        before = open_files()
        for _ in range(5):
            with pytest.raises(HeldElsewhereError):
                FileLock(path)
            assert is_held(path)
        after = open_files()

    assert after == before


def test_closing_twice_lets_go_of_nobody_else_s_file(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "one.lock")
    lock.close()
    with (tmp_path / "other").open("w") as other:  # may have the number the lock had
        lock.close()
        other.write("still open")

    assert (tmp_path / "other").read_text() == "still open"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no shared ones")
def test_sharers_share_it_and_keep_out_who_wants_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("content")
    with path.open("r+b") as one, path.open("rb") as two, path.open("r+b") as alone:
        hold(one.fileno(), shared=True)
        hold(two.fileno(), shared=True)
        with pytest.raises(HeldElsewhereError):
            hold(alone.fileno())
        let_go(one.fileno())
        let_go(two.fileno())

        hold(alone.fileno())
        assert alone.read() == b"content", "reading goes on where it was"
