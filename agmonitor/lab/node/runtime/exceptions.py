"""The exceptions that a Gateway's modules raise; workflows import them from ``bluecat.api_exception``.

How these classes descend from one another is not documented; here each is an ``APIException``.
"""

from __future__ import annotations

from agmonitor.lab.node.runtime.values import safe_str


class APIException(Exception):  # noqa: N818 - Gateway's name
    """The root of them all."""

    def __init__(self, message: object = "", *details: object) -> None:
        super().__init__(message, *details)
        self.message = safe_str(message)

    def get_message(self) -> str:
        return self.message

    def __str__(self) -> str:
        return self.message


class PortalException(APIException):
    """The portal could not do what it was asked for."""


class BAMException(PortalException):
    """Address Manager said no."""


class RESTException(APIException):
    """A REST call failed."""


class AuthenticationError(APIException):
    """The user is not who they say, or signed in no longer."""
