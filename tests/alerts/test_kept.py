"""Silences and maintenance in their file: shared by processes, never half written, and loud when damaged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agmonitor.alerts import kept
from agmonitor.alerts.kept import QuietError, QuietFile
from agmonitor.alerts.model import Maintenance, Quiet, Silence

NOW = 1e9


def silence(number: int, until: float = NOW + 60, finding: str | None = None) -> Silence:
    return Silence(f"s{number}", f"gw-{number}", finding, "root", "being mended", NOW, until)


def test_what_was_put_in_is_read_by_another(tmp_path: Path) -> None:
    one, work = silence(1, finding="no_standby"), Maintenance("m", "gw", "root", "disks", NOW, NOW, NOW + 9)
    file = QuietFile(tmp_path / "data" / "quiet.json")
    assert file.read() == Quiet()

    file.change(kept.with_silence(one), NOW)
    file.change(kept.with_maintenance(work), NOW)

    assert QuietFile(file.path).read() == Quiet((one,), (work,))
    file.change(kept.without(frozenset({one.id, "m"})), NOW)
    assert file.read() == Quiet()


def test_a_second_silence_of_the_same_takes_the_place_of_the_first(tmp_path: Path) -> None:
    file = QuietFile(tmp_path / "quiet.json")
    file.change(kept.with_silence(silence(1)), NOW)

    longer = silence(1, NOW + 999)
    assert file.change(kept.with_silence(longer), NOW).silences == (longer,)


def test_what_is_long_over_is_dropped(tmp_path: Path) -> None:
    file = QuietFile(tmp_path / "quiet.json")
    file.change(kept.with_silence(silence(1, NOW - 2 * kept.KEPT_S)), NOW)

    assert file.read() == Quiet()


ONE = (
    b'{"maintenance": [], "silences": [{"id": "a", "group": "gw", "who": "anna", "reason": "disk",'
    b' "finding": null, "made_at": 1.0, "until": %s}]}'
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"silences": [{}], "maintenance": []}',
        b'{"silences": 3, "maintenance": []}',
        *(
            ONE % until
            for until in (b"Infinity", b"NaN", b"-1", b"1e300", b"1" + b"0" * 400, b"true", b'"8"')
        ),
    ],
    ids=lambda body: repr(body[:16] + body[-60:]),
)
def test_a_damaged_file_says_so_and_is_not_written_over(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "quiet.json"
    path.write_bytes(body)

    with pytest.raises(QuietError, match="nothing is silenced"):
        QuietFile(path).read()
    with pytest.raises(QuietError):
        QuietFile(path).change(kept.with_silence(silence(1)), NOW)
    assert path.read_bytes() == body


def test_writers_side_by_side_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "quiet.json"
    text = (
        "import sys; from pathlib import Path; from agmonitor.alerts import kept;"
        "from agmonitor.alerts.model import Silence\n"
        "for n in range(15):\n"
        "    one = Silence(f'{sys.argv[2]}-{n}', f'{sys.argv[2]}-{n}', None, 'root', 'x', 1e9, 2e9)\n"
        "    kept.QuietFile(Path(sys.argv[1])).change(kept.with_silence(one), 1e9)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", text, str(path), name]) for name in "abc"]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]

    assert len(QuietFile(path).read().silences) == 45
