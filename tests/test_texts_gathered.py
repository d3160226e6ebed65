"""What translators get is what the program shows, and a translation names the values that its text does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "resources" / "texts"
pytest.importorskip("babel.messages.pofile", reason="Babel comes with the extra `test`")
BEGUN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "{node} answers"
msgstr "%s"

msgid "{n} run"
msgid_plural "{n} runs"
msgstr[0] "{n} Lauf"
msgstr[1] "%s"
"""


def gathered(into: Path) -> str:
    subprocess.run([ROOT / "packaging" / "texts", "--pot", into], check=True, capture_output=True)
    return into.read_text(encoding="utf-8")


def refused(*files: Path) -> list[str]:
    """What the check says of translations, a line each; it is the one of ``packaging/texts``."""
    command = [sys.executable, str(ROOT / "packaging" / "check_texts.py"), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1 if lines else 0, "")
    return lines


def test_the_file_for_translators_holds_every_text(tmp_path: Path) -> None:
    fresh = gathered(tmp_path / "fresh.pot")

    kept = (TEXTS / "agmonitor.pot").read_text(encoding="utf-8")
    assert kept == fresh, "texts changed: run ./packaging/texts and commit what it writes"


def test_gathering_says_nothing_that_changes_by_itself(tmp_path: Path) -> None:
    fresh = gathered(tmp_path / "fresh.pot")

    assert [word for word in ("Date", "Generated", "Translator:", str(ROOT)) if word in fresh] == []


def test_a_translation_names_just_what_its_text_has() -> None:
    assert refused(*TEXTS.rglob("*.po")) == []


@pytest.mark.parametrize(
    ("told", "runs", "said"),
    [
        ("{node} antwortet", "{n} Läufe", []),
        ("", "", []),
        ("{node} antwortet", "einige Läufe", []),
        ("{knoten} antwortet", "{n} Läufe", ["leaves out {node}", "knows no {knoten}"]),
        ("weg", "{m} Läufe", ["leaves out {node}", "knows no {m}"]),
        ("{node antwortet", "{n} Läufe", ["'{node antwortet': expected '}' before end of string"]),
    ],
)
def test_a_wrong_name_in_a_translation_is_refused_with_its_line(
    tmp_path: Path, told: str, runs: str, said: list[str]
) -> None:
    po = tmp_path / "agmonitor.po"
    po.write_text(BEGUN % (told, runs), encoding="utf-8")

    lines = refused(po)

    assert len(lines) == len(said)
    for line, words in zip(lines, said, strict=True):
        assert re.match(rf"{re.escape(str(po))}:\d+: ", line)
        assert words in line
