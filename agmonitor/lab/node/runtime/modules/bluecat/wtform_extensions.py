"""``bluecat.wtform_extensions``: the form that every page's form descends from."""

from __future__ import annotations

from collections.abc import Callable, Container

from flask_wtf import FlaskForm
from wtforms import Field, Form
from wtforms.validators import ValidationError


class GatewayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A Flask-WTF form that knows whose it is."""

    workflow_name = ""
    workflow_permission = ""


def validate_element_in_tuple(
    allowed: Container[object], message: str = "Not a valid choice."
) -> Callable[[Form, Field], None]:
    """A validator: the field's value must be one of these."""

    def validate(_: Form, field: Field) -> None:
        if field.data not in allowed:
            raise ValidationError(message)

    return validate
