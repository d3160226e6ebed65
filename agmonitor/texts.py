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
from collections.abc import Iterable
from pathlib import Path

DOMAIN = "agmonitor"


def t(text: str, /, **values: object) -> str:
    """``text`` in the user's language, with ``{name}`` filled from ``values`` as ``str.format`` does.

    A translation that names a value which is not there is not used; the English text is.
    """
    told = catalogue().gettext(text)
    return _filled(told, text, values) if values else told


def tn(one: str, many: str, n: int, /, **values: object) -> str:
    """Like ``t``, by the number ``n``: ``one`` for 1, else ``many``; ``{n}`` is the number.

    A language may know more forms than English.
    """
    return _filled(catalogue().ngettext(one, many, n), one if n == 1 else many, {"n": n, **values})


def tc(about: str, text: str, /) -> str:
    """Like ``t``, for a word that is one in English alone: ``about`` tells translators which it is here."""
    return catalogue().pgettext(about, text)


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    told = list(items)
    if len(told) < 2:
        return "".join(told)
    return t("{items} and {last}", items=", ".join(told[:-1]), last=told[-1])


@functools.cache
def catalogue() -> gettext.NullTranslations:
    """The translations of the environment's language; without any, the English texts as they are."""
    package = Path(__file__).parent
    for resources in (package / "resources", package.parent / "resources"):
        if (resources / "texts").is_dir():
            return gettext.translation(DOMAIN, str(resources / "texts"), fallback=True)
    return gettext.NullTranslations()


def language() -> str:
    """What the catalogue in use says it is, such as ``de`` or ``pt_BR``; "" is English as written."""
    return str(catalogue().info().get("language", ""))


def _filled(told: str, english: str, values: dict[str, object]) -> str:
    try:
        return told.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError):
        return english.format(**values)
