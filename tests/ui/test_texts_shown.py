"""The whole window in a language of our own: all that a person reads comes from the place for translators.

In that language each vowel has an accent, and a text is a third longer. A word without an accent is therefore
one that no translator could reach, unless it is data, a key's name, or was worded by another package; those
say what is stored, such as an event's sentence, and are English as the history is.
"""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
POFILE = pytest.importorskip("babel.messages.pofile", reason="Babel comes with the extra `test`")
MOFILE = pytest.importorskip("babel.messages.mofile")
ACCENTED = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")
ACCENT = re.compile("[áéíóúýÁÉÍÓÚÝ]")
LANGUAGE = """
import functools, gettext, runpy, sys
from agmonitor import texts
spoken = gettext.translation(texts.DOMAIN, sys.argv[1], languages=["xx"])
texts.catalogue = lambda: spoken
runpy.run_module("tests.ui.pseudo_program", run_name="__main__")
"""
WORD = re.compile(r"[^\W\d_][\w'’-]+")
VOWEL = re.compile("[aeiouyAEIOUY]")
NAMES = re.compile(r"gw-[\w-]+|https?://\S+|[\w.-]*example\.net|([0-9A-F]{2}:)+|__init__\.py")  # in data
OTHERS = frozenset(  # keys, a zone, Qt's own
    ["Alt", "Shift", "Left", "Right", "PgUp", "PgDown", "PgDn", "Scroll", "UTC", "SHA-256"]
)


def accented(template: str) -> str:
    """A message in our language: accents, its fields as they are, and longer."""
    told = ""
    for words, field, form, how in string.Formatter().parse(template):
        told += words.translate(ACCENTED).replace("{", "{{").replace("}", "}}")
        if field is not None:
            told += f"{{{field}{'!' + how if how else ''}{':' + form if form else ''}}}"
    return told + "·" * (len(template) * 3 // 10)


def write_catalogue(folder: Path) -> None:
    with (ROOT / "resources" / "texts" / "agmonitor.pot").open("rb") as file:
        catalogue = POFILE.read_po(file, locale="de")  # two forms by number
    catalogue.fuzzy = False
    for message in catalogue:
        if message.id:
            plural = isinstance(message.id, tuple)
            message.string = tuple(map(accented, message.id)) if plural else accented(message.id)
    (folder / "xx" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "xx" / "LC_MESSAGES" / "agmonitor.mo").open("wb") as file:
        MOFILE.write_mo(file, catalogue)


def shown_in_our_language(folder: Path, *words: str) -> dict[str, list[str]]:
    """By surface what it shows; under ``elsewhere`` what other packages said."""
    write_catalogue(folder)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TZ": "UTC"}
    command = [sys.executable, "-c", LANGUAGE, str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(line) for line in done.stdout.splitlines())


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def out_of_reach(shown: dict[str, list[str]]) -> dict[str, str]:
    """Words that no translator reaches, each with the text it was seen in."""
    said = {
        form
        for one in shown.pop("elsewhere")
        for form in (one, one.upper(), one.capitalize(), one.rstrip("."))
    }
    phrases = sorted(
        (plain(one) for one in said if len(one) > 3 and VOWEL.search(one)), key=len, reverse=True
    )
    found = {}
    for surface, texts in shown.items():
        for text in map(plain, texts):
            left = text
            for phrase in phrases:
                if phrase in left:
                    left = re.sub(rf"(?<![^\W_]){re.escape(phrase)}(?![^\W_])", " ", left)
            for word in WORD.findall(NAMES.sub(" ", left)):
                if VOWEL.search(word) and not ACCENT.search(word) and word not in said | OTHERS:
                    found[word] = f"{surface}: {text}"
    return found


@pytest.mark.parametrize(
    "words", [(), pytest.param(("every",), marks=pytest.mark.long)], ids=["some", "every"]
)
def test_all_that_is_shown_can_be_translated(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert out_of_reach(shown_in_our_language(tmp_path, *words)) == {}


def test_a_word_that_is_not_translated_is_found() -> None:
    shown = {
        "window": ["Náméd gw-1: late", "áll wéll", "no answer, 2.8\N{NO-BREAK SPACE}s"],
        "elsewhere": ["no answer"],
    }

    assert out_of_reach(shown) == {"late": "window: Náméd gw-1: late"}
