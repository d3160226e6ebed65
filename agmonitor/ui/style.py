"""The one style sheet, filled in from a palette. Only looks; no sizes that a layout should decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agmonitor.ui.theme import TINT, Palette, tint

if TYPE_CHECKING:
    from PySide6.QtGui import QPalette

SIDEBAR_PX, NARROW_SIDEBAR_PX = 264, 204
NARROW_BELOW_PX = 1180  # a window narrower than that needs its width for the nodes

_SHEET = """
* {{ outline: none; }}
QWidget {{ color: {text}; font-size: 13px; }}
QMainWindow, QWidget#page, QWidget#whole {{ background: {window}; }}
QDialog {{ background: {panel}; border: 1px solid {panel_border}; }}
QWidget#sidebar {{ background: {sidebar}; border-right: 1px solid {panel_border}; }}
QFrame#panel {{ background: {panel}; border: 1px solid {panel_border}; border-radius: 8px; }}
QScrollArea, QScrollArea > QWidget > QWidget#page, QWidget#page-form {{ background: transparent;
    border: none; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: 21px; font-weight: bold; }}
QLabel[role="heading"] {{ font-size: 15px; font-weight: bold; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="caption"] {{ color: {faint}; font-size: 11px; font-weight: bold; }}
QLabel[role="notice"] {{ color: {notice}; font-size: 12px; font-weight: bold; }}
QLabel[role="mistake"] {{ color: {critical}; font-size: 12px; }}
QLabel[role="state"] {{ font-weight: bold; }}
QLabel[tone="ok"] {{ color: {ok}; }}
QLabel[tone="warning"] {{ color: {warning}; }}
QLabel[tone="critical"] {{ color: {critical}; }}
QLabel[tone="unknown"] {{ color: {muted}; font-weight: normal; }}
QLabel[role="fine-print"] {{ color: {faint}; font-size: 11px; }}
QLabel[role="badge-lab"] {{ background: {lab}; color: {on_fill}; border-radius: 4px; padding: 2px 8px;
    font-size: 11px; font-weight: bold; }}
QLabel[role="badge-recording"] {{ background: {accent}; color: {on_fill}; border-radius: 4px;
    padding: 3px 8px; font-size: 11px; font-weight: bold; }}
QLabel[role="faults"] {{ color: {lab}; font-size: 12px; font-weight: bold; }}
QLabel#key {{ background: {hover}; border: 1px solid {panel_border}; border-radius: 4px; padding: 2px 7px;
    font-weight: bold; }}
QPushButton {{ background: {button}; border: 1px solid {panel_border}; border-radius: 6px;
    padding: 6px 14px; font-weight: bold; color: {text}; min-height: 18px; }}
QPushButton:hover {{ background: {hover}; border-color: {faint}; }}
QPushButton:pressed {{ background: {pressed}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:disabled {{ color: {faint}; background: {window}; }}
QPushButton:default {{ background: {accent}; color: {on_fill}; border-color: {accent}; }}
QPushButton:default:hover {{ background: {accent_hover}; }}
QPushButton:default:disabled {{ background: {window}; color: {faint}; border-color: {panel_border}; }}
QPushButton:checked {{ background: {selected}; border-color: {accent}; }}
QPushButton#danger {{ background: {critical}; color: {on_fill}; border-color: {critical}; }}
QPushButton#danger:disabled {{ background: {window}; color: {faint}; border-color: {panel_border}; }}
QPushButton#line {{ padding: 1px 9px; min-height: 16px; font-size: 12px; }}
QPushButton#small {{ padding: 2px 0; }}
QPushButton#narrow {{ padding: 1px 8px; }}
QPushButton#lab {{ color: {lab}; }}
QPushButton::menu-indicator {{ image: none; width: 0; }}
QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox {{ background: {field}; border: 1px solid {panel_border};
    border-radius: 6px; padding: 5px 8px; color: {text}; selection-background-color: {accent};
    selection-color: {on_fill}; placeholder-text-color: {faint}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 1px solid {accent}; }}
QAbstractSpinBox:focus {{ border: 1px solid {accent}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QDoubleSpinBox#knob {{ padding: 2px 6px; }}
QLineEdit[wrong="true"] {{ border: 1px solid {critical}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox[role="loud"] {{ color: {critical}; font-weight: bold; }}
QCheckBox:focus {{ color: {accent}; }}
QListWidget::item {{ padding: 3px 8px; border-radius: 4px; }}
QListWidget::item:selected {{ background: {selected}; color: {text}; }}
QListView, QTreeView {{ background: transparent; border: none; }}
QTreeView::item {{ padding: 4px 8px; }}
QTreeView::item:selected {{ background: {selected}; color: {text}; }}
QScrollArea#panel > QWidget, QWidget#clear {{ background: transparent; }}
QTableView {{ background: {panel}; border: none; gridline-color: {grid};
    selection-background-color: {selected}; selection-color: {text}; }}
QTableView::item {{ padding: 1px 8px; border: none; }}
QTableView::item:focus {{ background: {selected}; }}
QHeaderView {{ background: {panel}; border: none; }}
QHeaderView::section {{ background: {panel}; color: {faint}; border: none;
    border-bottom: 1px solid {panel_border}; padding: 3px 12px; font-size: 11px; font-weight: bold; }}
QTableCornerButton::section {{ background: {panel}; border: none; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {panel_border}; top: -1px; }}
QTabBar {{ background: transparent; font-weight: bold; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {muted}; padding: 8px 14px; border: none;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {panel_border}; }}
QMenu {{ background: {panel}; border: 1px solid {panel_border}; border-radius: 6px; padding: 4px; }}
QMenu::item {{ padding: 6px 22px 6px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selected}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {panel_border}; margin: 4px 8px; }}
QToolTip {{ background: {tip}; color: {text}; border: 1px solid {panel_border}; padding: 5px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {panel_border}; border-radius: 4px; min-height: 28px; min-width: 28px;
    margin: 1px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def qt_palette(palette: Palette) -> QPalette:
    """What the style sheet leaves to the widget style: check boxes, tool tips, disabled text."""
    from PySide6.QtGui import QColor, QPalette  # noqa: PLC0415 - the first paint does without them

    made = QPalette(QColor(palette.panel), QColor(palette.window))
    for role, colour in (
        (QPalette.ColorRole.Window, palette.window),
        (QPalette.ColorRole.Base, tint(palette.text, palette.panel, 0.12)),
        (QPalette.ColorRole.AlternateBase, palette.sidebar),
        (QPalette.ColorRole.Text, palette.text),
        (QPalette.ColorRole.WindowText, palette.text),
        (QPalette.ColorRole.ButtonText, palette.text),
        (QPalette.ColorRole.ToolTipBase, palette.tip),
        (QPalette.ColorRole.ToolTipText, palette.text),
        (QPalette.ColorRole.PlaceholderText, palette.faint),
        (QPalette.ColorRole.Highlight, palette.accent),
        (QPalette.ColorRole.HighlightedText, palette.on_fill),
        (QPalette.ColorRole.Link, palette.accent),
    ):
        made.setColor(role, QColor(colour))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, QColor(palette.faint))
    return made


def style_sheet(palette: Palette) -> str:
    """The whole sheet."""
    colours = {name: getattr(palette, name) for name in palette.__slots__}
    return _SHEET.format(
        **colours,
        button=tint(palette.text, palette.panel, 0.05),
        hover=tint(palette.text, palette.panel, 0.10),
        pressed=tint(palette.text, palette.panel, 0.16),
        accent_hover=tint(palette.text, palette.accent, 0.15),
        field=tint(palette.text, palette.panel, 0.03),
        selected=tint(palette.accent, palette.panel, TINT),
    )
