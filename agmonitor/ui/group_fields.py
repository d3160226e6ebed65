"""A typed field of a group with its caption and the place for its mistake; and how what is typed is read."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

from agmonitor.config.checks import SIGN_IN_EXTRAS, host_port
from agmonitor.domain.model import HostPort
from agmonitor.texts import t
from agmonitor.ui.dialog import paragraph


def field_grid() -> QGridLayout:
    """Captions at the left, fields at the right, a mistake under its field."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    grid.setColumnMinimumWidth(0, 190)  # alike in every part of the form
    grid.setColumnStretch(1, 1)
    return grid


def add_field(
    grid: QGridLayout, place: int, caption: str, hint: str, button: QPushButton | None = None
) -> tuple[QLineEdit, QLabel]:
    """The field, in the grid already with ``button`` at its right, and where its mistake stands."""
    field = QLineEdit()
    field.setPlaceholderText(hint)
    field.setAccessibleName(caption)
    label = QLabel(caption)
    label.setBuddy(field)
    mistake = paragraph("", "mistake")
    mistake.hide()
    grid.addWidget(label, 2 * place, 0)
    if button is None:
        grid.addWidget(field, 2 * place, 1)
    else:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(field, 1)
        row.addWidget(button)
        grid.addLayout(row, 2 * place, 1)
    grid.addWidget(mistake, 2 * place + 1, 1)
    return field, mistake


def read_server(text: str) -> HostPort | None:
    """Raises: ValueError: with what is allowed."""
    return host_port(text) if text else None


def read_resolvers(text: str) -> tuple[HostPort, ...]:
    """Addresses or names, each with a port or without, between spaces or commas.

    Raises:
        ValueError: with what is allowed.
    """
    return tuple(dict.fromkeys(host_port(word) for word in _words(text)))


def read_seconds(text: str, otherwise_s: float) -> float:
    """Raises: ValueError: with a sentence."""
    try:
        return float(text.replace(",", ".")) if text else otherwise_s
    except ValueError:
        raise ValueError(t("{typed} is no number of seconds.", typed=repr(text))) from None


def read_extras(text: str) -> tuple[tuple[str, str], ...]:
    """Words KEY=VALUE.

    Raises:
        ValueError: one is none; its value is not repeated.
    """
    pairs = tuple(tuple(part.strip() for part in word.split("=", 1)) for word in _words(text))
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(t("Give KEY=VALUE; the keys are {keys}.", keys=", ".join(SIGN_IN_EXTRAS)))
    return tuple((pair[0], pair[1]) for pair in pairs)


def read_tags(text: str) -> tuple[str, ...]:
    """Words between spaces or commas, each once; the sign that finds them may stand before them."""
    return tuple(dict.fromkeys(word for each in _words(text) if (word := each.lstrip("#"))))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word]
