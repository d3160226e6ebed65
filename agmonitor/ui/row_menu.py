"""The menu of a row or of a moment: a few orders with their keys, brought by the pointer or the menu key.

Knows no table and no axis; who opens one says what there is to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from agmonitor.domain.model import Instant
from agmonitor.texts import t

SHOW_MOMENT, COPY_LINK, PIN_NOTE = (
    t("Show this moment"),
    t("Copy link to this moment"),
    t("Pin a note here…"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """``key``: what does the same without the menu, told beside the words."""

    words: str
    do: Callable[[], object]
    key: str = ""


def menu_with(offers: Iterable[Offer], parent: QWidget) -> QMenu:
    """Not shown yet."""
    menu = QMenu(parent)
    for offer in offers:
        action = menu.addAction("\t".join(filter(None, (offer.words, offer.key))))
        action.triggered.connect(lambda _on=False, offer=offer: offer.do())
    return menu


def pop_up(offers: Iterable[Offer], parent: QWidget, place: QPoint) -> None:
    """Show it there on the screen; it is gone once it was used or left."""
    menu = menu_with(offers, parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(place)


def of_moment(
    at: Instant, show: Callable[[Instant], object], link: Callable[[Instant], object]
) -> tuple[Offer, ...]:
    """What a row that stands for a moment leads to; Enter on it does the first."""
    return (
        Offer(SHOW_MOMENT, lambda: show(at), t("Enter")),
        Offer(COPY_LINK, lambda: link(at)),
    )
