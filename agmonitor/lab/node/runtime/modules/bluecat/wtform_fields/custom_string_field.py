"""``bluecat.wtform_fields.custom_string_field``: a line of text."""

from __future__ import annotations

from wtforms import StringField

from agmonitor.lab.node.runtime.modules.bluecat.wtform_fields.plain import GatewayField


class CustomStringField(GatewayField, StringField):  # type: ignore[misc]  # WTForms has no types
    """A line of text."""
