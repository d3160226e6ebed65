"""What translators get is what the program shows, and no translation asks for a value that is not there."""

from __future__ import annotations

import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "resources" / "texts"
POFILE = pytest.importorskip("babel.messages.pofile", reason="Babel comes with the extra `test`")
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


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def unknown_fields(po: Path) -> Iterator[str]:
    """Of each translation, the fields that its message does not have; it would never be used."""
    with po.open("rb") as file:
        catalogue = POFILE.read_po(file)
    for message in catalogue:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        known = set[str]().union(*(fields(one) for one in english))
        for one in told:
            yield from (f"{{{name}}} in {one!r}" for name in sorted(fields(one) - known))


def test_the_file_for_translators_holds_every_text(tmp_path: Path) -> None:
    fresh = gathered(tmp_path / "fresh.pot")

    kept = (TEXTS / "agmonitor.pot").read_text(encoding="utf-8")
    assert kept == fresh, "texts changed: run ./packaging/texts and commit what it writes"


def test_gathering_says_nothing_that_changes_by_itself(tmp_path: Path) -> None:
    fresh = gathered(tmp_path / "fresh.pot")

    assert [word for word in ("Date", "Generated", "Translator:", str(ROOT)) if word in fresh] == []


def test_a_translation_names_only_what_its_text_has() -> None:
    found = {str(po.relative_to(TEXTS)): list(unknown_fields(po)) for po in TEXTS.rglob("*.po")}

    assert {po: fields for po, fields in found.items() if fields} == {}


def test_a_wrong_name_in_a_translation_is_found(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.po", tmp_path / "wrong.po"
    right.write_text(BEGUN % ("{node} antwortet", "{n} Läufe"), encoding="utf-8")
    wrong.write_text(BEGUN % ("{knoten} antwortet", "{m} Läufe"), encoding="utf-8")

    assert list(unknown_fields(right)) == []
    assert list(unknown_fields(wrong)) == ["{knoten} in '{knoten} antwortet'", "{m} in '{m} Läufe'"]
