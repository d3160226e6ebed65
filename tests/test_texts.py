"""Texts in the user's language: found, filled, counted, and never worse than the English."""

from __future__ import annotations

import gettext

import pytest

from agmonitor import texts
from agmonitor.texts import listed, t, tc, tn

TOLD = {
    "Close": "Schließen",
    "{items} and {last}": "{items} und {last}",
    "{node} answers": "{node} antwortet",
    "{node} hangs": "{knoten} hängt",
}


class _German(gettext.NullTranslations):
    """A catalogue of three texts, one of them broken."""

    def gettext(self, message: str) -> str:
        return TOLD.get(message, message)

    def pgettext(self, context: str, message: str) -> str:
        return {"alerts": "Stummschalten"}.get(context, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
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


@pytest.mark.usefixtures("german")
def test_a_text_that_is_not_translated_stays_english() -> None:
    assert t("Open") == "Open"


@pytest.mark.usefixtures("german")
def test_a_word_that_is_one_in_english_alone_has_a_translation_for_each_meaning() -> None:
    assert (tc("alerts", "Silence"), tc("of a node", "Silence")) == ("Stummschalten", "Silence")


@pytest.mark.usefixtures("german")
def test_several_are_listed_as_the_language_joins_them() -> None:
    assert [listed("abc"[:count]) for count in range(4)] == ["", "a", "a und b", "a, b und c"]
