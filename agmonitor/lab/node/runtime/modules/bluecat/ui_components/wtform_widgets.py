"""``bluecat.ui_components.wtform_widgets``: how fields are drawn."""

from __future__ import annotations

from wtforms.widgets import Select


class SuperSelect(Select):  # type: ignore[misc]  # WTForms has no types
    """A list to choose from; the lab draws a plain one."""
