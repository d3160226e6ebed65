"""What the domain says is shown in the user's language: verdict, events and ledger, down to single words.

In the language of ``test_texts_shown`` each vowel has an accent. What is left without one is data that fills
a sentence, such as a node's name or a duration; and data never reads like prose.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator

import pytest

from agmonitor import texts
from agmonitor.domain.causes import likely_cause
from agmonitor.domain.findings import ledger
from agmonitor.domain.no_takeover import no_takeover
from agmonitor.said import Said
from agmonitor.texts import worded
from tests.ui.golden.plays import changes_of
from tests.ui.golden.windows import PLAYS
from tests.ui.test_texts_shown import ACCENT, POFILE, ROOT, VOWEL, WORD, accented

PROSE = re.compile(r"[a-z]{2,} [a-z]{2,}")
MEASURED = re.compile(r"\d+(\.\d+)? (ms|s|min|h|d)\b|\d\d:\d\d:\d\d UTC")


class _Accented(gettext.NullTranslations):
    """All that translators get, translated; and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        with (ROOT / "resources" / "texts" / "agmonitor.pot").open("rb") as file:
            self.known = {one.id for one in POFILE.read_po(file) if isinstance(one.id, str)}

    def gettext(self, message: str) -> str:
        return accented(message) if message in self.known else message


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = _Accented()
    monkeypatch.setattr(texts, "catalogue", lambda: spoken)


def data_in(text: str) -> Iterator[str]:
    """What fills a sentence and is no sentence itself."""
    if isinstance(text, Said):
        values = text.values if isinstance(text.values, tuple) else tuple(text.values.values())
        for value in values:
            yield from data_in(value if isinstance(value, str) else str(value))
    else:
        yield text


def out_of_reach(text: str) -> list[str]:
    """The words of a text that no translator reaches, and data that reads like prose."""
    if text and not isinstance(text, Said) and ACCENT.search(worded(text)):
        return []  # found as a whole
    held = [one for one in data_in(text) if one.strip()]
    left = worded(text)
    for one in sorted(held, key=len, reverse=True):
        left = left.replace(one, " ")
    words = [word for word in WORD.findall(left) if VOWEL.search(word) and not ACCENT.search(word)]
    return [*words, *(one for one in held if PROSE.search(MEASURED.sub(" ", one)))]


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize("name", ["healthy", "took-over", "two-primaries"])
def test_verdict_events_and_ledger_are_said_in_the_users_language(name: str) -> None:
    changes = changes_of(PLAYS[name])
    state = changes[-1].state
    rows = ledger(state)
    said = [state.verdict.sentence, *(finding.sentence for finding in state.verdict.findings)]
    said += [event.sentence for change in changes for event in change.events]
    said += [text for row in rows for text in (row.condition, row.value, row.limit, row.evidence)]
    said.append(no_takeover(state, rows).sentence)
    if state.episode is not None:
        cause = likely_cause(state.episode)
        said += [cause.text, *cause.grounds]

    assert {text: found for text in said if (found := out_of_reach(text))} == {}
    assert ACCENT.search(worded(state.verdict.sentence))


@pytest.mark.usefixtures("foreign")
def test_a_sentence_that_forgot_what_it_was_made_of_is_found() -> None:
    assert out_of_reach("gw-1 stopped answering.") == ["gw-1 stopped answering."]
