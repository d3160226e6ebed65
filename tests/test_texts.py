"""Texts in the user's language: found, filled, counted, and never worse than the English."""

from __future__ import annotations

import gettext
import json
from pathlib import Path

import pytest

from agmonitor import texts
from agmonitor.domain.words import ago, duration
from agmonitor.said import besides, joined, phrase
from agmonitor.texts import listed, t, tc, tn, worded

TOLD = {
    "Close": "Schließen",
    "{items} and {last}": "{items} und {last}",
    "{node} answers": "{node} antwortet",
    "{node} hangs": "{knoten} hängt",
    "{node} is slow": "{node[0]} ist langsam",
    "{node} is lossy": "{node!x} verliert",
    "{node} is cut": "{node ist getrennt",
    "{node} is gone": "weg",
    "Open": "Öffnen {",
    "{node} is {role}": "{node} ist {role}",
    "Primary": "führend",
    "{time} ago": "vor {time}",
    "{n} s": "{n} Sek.",
    "{n} min {s} s": "{n} Min. {s} Sek.",
}


class _German(gettext.NullTranslations):
    """A catalogue of three texts, one of them broken."""

    def gettext(self, message: str) -> str:
        return TOLD.get(message, message)

    def pgettext(self, context: str, message: str) -> str:
        return {"alerts": "Stummschalten"}.get(context, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        if msgid1 == "{n} beat":
            return str(n // 0)  # as a rule for plurals may
        if msgid1 == "{n} day":
            return "ein Tag" if n == 1 else "{n} Tage"
        return (
            ("{n} Lauf" if n == 1 else "{n} Läufe")
            if msgid1 == "{n} run"
            else super().ngettext(msgid1, msgid2, n)
        )


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "catalogue", _German)


def test_without_a_translation_the_english_text_is_filled_and_shown() -> None:
    assert t("{node} answers {{so}}", node="gw-1") == "gw-1 answers {so}"
    assert t("100 % {of it}") == "100 % {of it}"
    assert (tn("{n} run", "{n} runs", 1), tn("{n} run", "{n} runs", 0)) == ("1 run", "0 runs")


@pytest.mark.usefixtures("german")
def test_a_translation_is_used_filled_and_counted() -> None:
    assert (t("Close"), t("{node} answers", node="gw-1")) == ("Schließen", "gw-1 antwortet")
    assert (tn("{n} run", "{n} runs", 1), tn("{n} run", "{n} runs", 2)) == ("1 Lauf", "2 Läufe")


@pytest.mark.usefixtures("german")
def test_a_translation_that_names_an_unknown_value_gives_way_to_the_english() -> None:
    assert t("{node} hangs", node="gw-1") == "gw-1 hangs"
    assert t("{node} is slow", node=1) == "1 is slow"
    assert tn("{n} beat", "{n} beats", 2) == "2 beats"


@pytest.mark.usefixtures("german")
def test_a_translation_that_leaves_a_value_out_gives_way_to_the_english() -> None:
    assert t("{node} is gone", node="gw-1") == "gw-1 is gone"
    assert worded(phrase("{node} is gone", node="gw-1")) == "gw-1 is gone"
    assert tn("{n} day", "{n} days", 1) == "ein Tag", "a form for one may do without the number"


@pytest.mark.usefixtures("german")
def test_a_duration_is_told_in_the_persons_language_and_stays_english_elsewhere() -> None:
    two_minutes = duration(123)

    assert (two_minutes, json.dumps(two_minutes)) == ("2 min 3 s", '"2 min 3 s"')
    assert t("{time} ago", time=two_minutes) == "vor 2 Min. 3 Sek."
    assert worded(ago(123)) == "vor 2 Min. 3 Sek."
    assert [worded(duration(s)) for s in (0.04, 42, -123, 7_500)] == [
        "40 ms",
        "42 Sek.",
        "-2 Min. 3 Sek.",
        "2 h 5 min",
    ]


@pytest.mark.usefixtures("german")
def test_a_text_that_is_filled_later_names_what_the_english_one_names() -> None:
    for text in ("{node} hangs", "{node} is slow", "{node} is lossy", "{node} is cut", "{node} is gone"):
        assert t(text) == text
    assert t("{node} answers").format(node="gw-1") == "gw-1 antwortet"
    assert t("Open") == "Öffnen {", "nobody fills what names nothing"


@pytest.mark.usefixtures("german")
def test_a_text_that_is_not_translated_stays_english() -> None:
    assert t("Quit") == "Quit"


@pytest.mark.parametrize(
    "body",
    [b"", b"rubbish" * 100, b"\xde\x12\x04\x95" + bytes(3), None],
    ids=("empty", "rubbish", "cut off", "a folder"),
)
def test_a_translation_that_cannot_be_read_leaves_the_texts_english(
    body: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # a language the C library knows no words of: it would keep them for the tests after this one
    file = tmp_path / "xx" / "LC_MESSAGES" / "agmonitor.mo"
    file.parent.mkdir(parents=True)
    if body is None:
        file.mkdir()
    else:
        file.write_bytes(body)
    monkeypatch.setenv("LANGUAGE", "xx")
    assert texts._read(tmp_path).gettext("Close") == "Close"
    assert "cannot be read, so texts stay English" in caplog.text


@pytest.mark.usefixtures("german")
def test_a_word_that_is_one_in_english_alone_has_a_translation_for_each_meaning() -> None:
    assert (tc("alerts", "Silence"), tc("of a node", "Silence")) == ("Stummschalten", "Silence")


@pytest.mark.usefixtures("german")
def test_several_are_listed_as_the_language_joins_them() -> None:
    assert [listed("abc"[:count]) for count in range(4)] == ["", "a", "a und b", "a, b und c"]


@pytest.mark.usefixtures("german")
def test_a_sentence_said_elsewhere_is_worded_anew_with_all_that_is_in_it() -> None:
    standing = phrase("{node} is {role}", node="Close", role=phrase("Primary"))
    told = joined("; ", (standing, phrase("{node} answers", node="gw-2"), "as stored"))

    assert worded(told) == "Close ist führend; gw-2 antwortet; as stored"
    assert told == "Close is Primary; gw-2 answers; as stored"
    assert t("{node} answers", node=phrase("Primary")) == "führend antwortet"


@pytest.mark.usefixtures("german")
def test_a_plain_text_is_worded_where_it_is_known_and_stays_where_not() -> None:
    stored = "gw-1 is Primary"

    assert [worded(text) for text in ("Close", stored, "")] == ["Schließen", stored, ""]


@pytest.mark.usefixtures("german")
def test_a_text_that_lends_the_words_of_another_stays_english_without_them() -> None:
    assert worded(besides("close", "Close")) == "Schließen"
    assert worded(besides("quiet", "Quiet")) == "quiet"


def test_what_is_shown_is_a_plain_text_without_a_translation_too() -> None:
    told = phrase("{node} is {role}", node="gw-1", role=phrase("Primary"))

    assert (worded(told), type(worded(told))) == ("gw-1 is Primary", str)
