"""The texts a person reads, in that person's language.

Each text is written in English where it is shown, and goes through ``t``; through ``tn`` where a number
decides, through ``tc`` where English alone has one word for two things. All of them together stand in one
place for translators, ``resources/texts/agmonitor.pot``, which ``packaging/texts`` writes. The language is
the one of the environment (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``, as gettext has it) when the
first text is asked for, and stays. Numbers, instants and what is written for programs (JSON, CSV, logs) are
no texts.
"""

from __future__ import annotations

import functools
import gettext
import string
import struct
from collections.abc import Iterable
from pathlib import Path

from agmonitor.said import Said

DOMAIN = "agmonitor"
COUNTED = frozenset({"n"})  # a form for one may say "a run"
UNUSABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error)
"""What reading a damaged file of translations raises, or one that this account may not read."""


def t(text: str, /, **values: object) -> str:
    """``text`` in the user's language, with ``{name}`` filled from ``values`` as ``str.format`` does.

    A translation that names a value which is not there, or leaves one out that the English text tells, is not
    used; the English text is. Without ``values`` somebody else fills it later, just as the English one.
    """
    told = catalogue().gettext(text)
    return _filled(told, text, values) if values else _fit(told, text)


def tn(one: str, many: str, n: int, /, **values: object) -> str:
    """Like ``t``, by the number ``n``: ``one`` for 1, else ``many``; ``{n}`` is the number.

    A language may know more forms than English.
    """
    english = one if n == 1 else many
    try:
        told = catalogue().ngettext(one, many, n)
    except ArithmeticError:  # its rule for plurals divides by nothing
        told = english
    return _filled(told, english, {"n": n, **values}, may_leave_out=COUNTED)


def tc(about: str, text: str, /) -> str:
    """Like ``t``, for a word that is one in English alone: ``about`` tells translators which it is here."""
    return _fit(catalogue().pgettext(about, text), text)


def worded(text: str, /) -> str:
    """What was said elsewhere, such as a verdict's sentence, in the user's language as far as it can be.

    A sentence that came back from a history or a file stays as it was stored.
    """
    if isinstance(text, Said):
        return _again(text)
    return _fit(catalogue().gettext(text), text) if text else text


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    told = list(items)
    if len(told) < 2:
        return "".join(told)
    return t("{items} and {last}", items=", ".join(told[:-1]), last=told[-1])


@functools.cache
def catalogue() -> gettext.NullTranslations:
    """The translations of the environment's language; without any, the English texts as they are.

    So, too, where they cannot be read, which the log says.
    """
    package = Path(__file__).parent
    for resources in (package / "resources", package.parent / "resources"):
        if (resources / "texts").is_dir():
            return _read(resources / "texts")
    return gettext.NullTranslations()


def language() -> str:
    """What the catalogue in use says it is, such as ``de`` or ``pt_BR``; "" is English as written."""
    return str(catalogue().info().get("language", ""))


def _read(folder: Path) -> gettext.NullTranslations:
    try:
        return gettext.translation(DOMAIN, str(folder), fallback=True)
    except UNUSABLE as error:
        import logging  # noqa: PLC0415 - before the first paint it costs more than it is needed for

        logging.getLogger(__name__).warning(
            "The translation in %s cannot be read, so texts stay English: %s", folder, error
        )
        return gettext.NullTranslations()


def _again(said: Said) -> str:
    values = said.values
    if isinstance(values, tuple):
        return said.template.join([_again(one) if isinstance(one, Said) else one for one in values])
    told = catalogue().gettext(said.template)
    if not values:
        return str(said) if told == said.template else told
    return _filled(told, said.template, values)


def _filled(
    told: str, english: str, values: dict[str, object], may_leave_out: frozenset[str] = frozenset()
) -> str:
    if told is not english and told != english and not _named(english) <= _named(told) | may_leave_out:
        told = english
    values = {name: _again(value) if isinstance(value, Said) else value for name, value in values.items()}
    try:
        return told.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return english.format(**values)


def _fit(told: str, english: str) -> str:
    """The translation, if whoever fills it later can do with it what they do with the English text."""
    if told is english or told == english or "{" not in english:
        return told
    try:
        return told if _fields(told) == _fields(english) else english
    except ValueError:
        return english


@functools.lru_cache(maxsize=4096)
def _named(template: str) -> frozenset[str]:
    """The values that a template tells; of one that is broken, none."""
    try:
        found = frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)
    except ValueError:
        return frozenset()
    return frozenset(name.partition(".")[0].partition("[")[0] for name in found)


def _fields(text: str) -> set[tuple[str, str | None, str | None]]:
    parts = string.Formatter().parse(text)
    return {(name, how, kind) for _, name, how, kind in parts if name is not None}
