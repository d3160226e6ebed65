"""``bluecat.wtform_fields.custom_select_field``: a list to choose from, known or asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app, has_request_context
from wtforms import SelectField

from agmonitor.lab.node.runtime.modules.bluecat.api_exception import APIException
from agmonitor.lab.node.runtime.modules.bluecat.wtform_fields.plain import GatewayField


class NoPreValidationSelectField(GatewayField, SelectField):  # type: ignore[misc]  # WTForms has no types
    """A list that the page may have changed: what was chosen need not be among the choices."""

    own = frozenset({"coerce", "choices"})

    def pre_validate(self, form: object) -> None:
        """Take any choice."""
        del form


class CustomSelectField(NoPreValidationSelectField):
    """A list whose choices a function may give."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Callable[..., object]] | None = None,
        *,
        choices_function: Callable[..., list[tuple[Any, str]]] | None = None,
        **keywords: Any,
    ) -> None:
        if choices_function is not None and has_request_context():
            keywords["choices"] = _asked(choices_function)
        keywords.setdefault("choices", [])
        super().__init__(label, validators, **keywords)


def _asked(choices_function: Callable[..., list[tuple[Any, str]]]) -> list[tuple[Any, str]]:
    try:
        return list(choices_function(default_val=True))
    except APIException as error:  # no Address Manager: a list without choices, and the page is there
        current_app.logger.warning("no choices: %s", error)
        return []
