"""Sentences that are said in English and can be said again in another language. Imports nothing.

What the domain words is compared, stored and sent, and stays English for that. A sentence made here is such a
text, equal to any other of the same letters, that also knows what it was made of; who shows it to a person
words it anew (``texts.worded``). What comes back from a history or a file has forgotten, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable


class Said(str):
    """An English text with its template and what fills it: by name, or parts that the template joins."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object] | tuple[str, ...]

    def filled(self, **values: object) -> Said:
        """This one as a template that was kept, filled now."""
        return _made(self.format_map(values), str(self), values)

    def __reduce__(self) -> tuple[object, ...]:
        return _made, (str(self), self.template, self.values)


def phrase(template: str, /, **values: object) -> Said:
    """``template`` with ``{name}`` filled from ``values``; it is gathered for translators, as a literal."""
    told = Said(template.format_map(values) if values else template)
    told.template = template
    told.values = values
    return told


def besides(text: str, template: str) -> Said:
    """``text``, which is said by the translation of another text, gathered elsewhere."""
    return _made(text, template, {})


def known(text: str) -> Said:
    """A text that is gathered elsewhere, by itself."""
    return text if isinstance(text, Said) else besides(text, text)


def joined(between: str, parts: Iterable[str]) -> str:
    """As ``str.join``."""
    every = tuple(parts)
    if len(every) < 2:
        return every[0] if every else ""
    told = Said(between.join(every))
    told.template = between
    told.values = every
    return told


def _made(text: str, template: str, values: dict[str, object] | tuple[str, ...]) -> Said:
    told = Said(text)
    told.template, told.values = template, values
    return told
