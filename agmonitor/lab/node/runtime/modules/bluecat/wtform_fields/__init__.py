"""``bluecat.wtform_fields``: the fields of a Gateway's forms. ``import *`` gives all of them.

They look plain here, and those that search in Address Manager find nothing: there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app, has_request_context
from markupsafe import Markup, escape
from wtforms import BooleanField, SubmitField

from agmonitor.lab.node.runtime.modules.bluecat.wtform_fields.custom_select_field import (
    CustomSelectField,
    NoPreValidationSelectField,
)
from agmonitor.lab.node.runtime.modules.bluecat.wtform_fields.custom_string_field import CustomStringField
from agmonitor.lab.node.runtime.modules.bluecat.wtform_fields.plain import GatewayField
from agmonitor.lab.node.runtime.values import get_configurations

__all__ = [
    "AliasRecord",
    "Configuration",
    "CustomBooleanField",
    "CustomButtonField",
    "CustomSearchButtonField",
    "CustomSelectField",
    "CustomStringField",
    "CustomSubmitField",
    "FilteredSelectField",
    "HostRecord",
    "IP4Address",
    "NoPreValidationSelectField",
    "PlainHTML",
    "SimpleAutocompleteField",
    "TableField",
    "ValidatingStringField",
    "View",
    "Zone",
]


class CustomBooleanField(GatewayField, BooleanField):  # type: ignore[misc]  # WTForms has no types
    """A box to tick."""

    own = frozenset({"false_values"})


class CustomSubmitField(GatewayField, SubmitField):  # type: ignore[misc]  # WTForms has no types
    """The button that sends the form."""


class ValidatingStringField(CustomStringField):
    """A line of text that the server looks at."""


class SimpleAutocompleteField(CustomStringField):
    """A line of text that the server completes."""


class IP4Address(ValidatingStringField):
    """An IPv4 address."""


class HostRecord(SimpleAutocompleteField):
    """A host record's name."""


class AliasRecord(SimpleAutocompleteField):
    """An alias record's name."""


class Zone(SimpleAutocompleteField):
    """A zone's name."""


class View(NoPreValidationSelectField):
    """The views of a configuration; filled when one is chosen."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Callable[..., object]] | None = None,
        **keywords: Any,
    ) -> None:
        keywords.setdefault("choices", [])
        super().__init__(label, validators, **keywords)


class FilteredSelectField(NoPreValidationSelectField):
    """A list with a line to narrow it."""


class Configuration(CustomSelectField):
    """The configurations."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Callable[..., object]] | None = None,
        **keywords: Any,
    ) -> None:
        if "choices" not in keywords:
            keywords.setdefault("choices_function", get_configurations)
        super().__init__(label, validators, **keywords)


class _Drawn(GatewayField):
    """A field that draws itself and carries no value."""

    def _value(self) -> str:
        return ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep nothing."""


class PlainHTML(_Drawn):
    """A piece of HTML between the fields."""

    def __init__(self, html: str = "", **keywords: Any) -> None:
        super().__init__("", None, **keywords)
        self.html = html

    def __call__(self, **_: object) -> Markup:
        """The piece, as the workflow wrote it."""
        return Markup(self.html)  # noqa: S704 - a workflow's own HTML, as in a Gateway


class CustomButtonField(_Drawn):
    """A button for the page's script."""

    def __call__(self, **_: object) -> Markup:
        text = self.default or self.label.text
        return Markup('<button type="button" id="{}">{}</button>').format(self.id, text)


class CustomSearchButtonField(CustomButtonField):
    """A button that asks the server."""


class TableField(_Drawn):
    """A table, with what ``data_function`` gives at once."""

    def __call__(self, **_: object) -> Markup:
        """The table, or what kept it from being filled."""
        data_function = self.gateway.get("data_function")
        trouble = ""
        data: dict[str, Any] = {}
        if callable(data_function) and has_request_context():
            try:
                data = data_function() or {}
            except Exception as error:  # foreign code; its user sees it where the table would be
                current_app.logger.warning("table %s stays empty", self.id, exc_info=error)
                trouble = f"{type(error).__name__}: {error}"
        heads = [column.get("title", "") for column in data.get("columns", ())]
        rows = [heads, *data.get("data", ())]
        body = Markup("").join(_row(row) for row in rows)
        return Markup('<table id="{}"><caption>{}</caption>{}</table>').format(self.id, trouble, body)


def _row(cells: Sequence[object]) -> Markup:
    return Markup("<tr>{}</tr>").format(
        Markup("").join(Markup("<td>{}</td>").format(escape(cell)) for cell in cells)
    )
