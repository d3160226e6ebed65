"""The eleven settings of a group: what may stand in each, which may change when, and how they are shown.

Ranges are our choice; the contract names none.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from agmonitor.protocol.state import Timers

Value = str | int | float
Configuration = Mapping[str, Value]

LONGEST_INTERVAL_S = 86_400
LONGEST_TTL_S = 604_800
TSIG_ALGORITHMS = ("hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
HOST_NAME = re.compile(
    r"(?=.{1,253}\.?\Z)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9-]{1,63})+\.?\Z"
)


class ConfigurationError(Exception):
    """Settings that cannot be accepted; the text names the first one and what is allowed."""


def _whole_number(lowest: int, highest: int) -> Callable[[object], bool]:
    def allowed(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest

    return allowed


def _ipv4(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(ipaddress.IPv4Address(value))
    except ValueError:
        return False


def _base64(value: object) -> bool:
    try:
        return isinstance(value, str) and len(base64.b64decode(value, validate=True)) > 0
    except (binascii.Error, ValueError):
        return False


_INTERVAL = (
    _whole_number(1, LONGEST_INTERVAL_S),
    f"a whole number of seconds from 1 to {LONGEST_INTERVAL_S}",
)
FIELDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "allowed_absence_interval": _INTERVAL,
    "external_ipv4_address": (_ipv4, "an IPv4 address"),
    "external_port": (_whole_number(1, 65_535), "a port from 1 to 65535"),
    "external_scheme": (lambda value: value in ("http", "https"), "http or https"),
    "group_fqdn": (
        lambda value: isinstance(value, str) and HOST_NAME.match(value) is not None,
        "a fully qualified domain name",
    ),
    "group_fqdn_ttl": (_whole_number(0, LONGEST_TTL_S), f"a whole number from 0 to {LONGEST_TTL_S}"),
    "health_check_interval": _INTERVAL,
    "health_report_interval": _INTERVAL,
    "tsig_algorithm": (lambda value: value in TSIG_ALGORITHMS, "one of " + ", ".join(TSIG_ALGORITHMS)),
    "tsig_name": (lambda value: isinstance(value, str) and bool(value.strip()), "the name of a TSIG key"),
    "tsig_secret": (_base64, "a base64 text"),
}
ALL = frozenset(FIELDS)
OWN = frozenset({"external_ipv4_address", "external_port", "external_scheme", "group_fqdn"})
"""What a joining node says for itself."""
RUNNING = ALL - OWN
"""What may change while the group runs, and what a Secondary inherits from its Primary."""


def configuration_of(values: Mapping[str, Value]) -> Configuration:
    return MappingProxyType(dict(values))


def merged(saved: Configuration, sent: Mapping[str, Value]) -> Configuration:
    """The saved settings with what was sent written over them."""
    return MappingProxyType({**saved, **sent})


def checked(
    body: Mapping[str, object], allowed: frozenset[str], *, at_least_one: bool = True
) -> dict[str, Value]:
    """The fields of a request's body.

    Raises:
        ConfigurationError: an unknown field, one that may not change here, a bad value, or none at all.
    """
    accepted: dict[str, Value] = {}
    for name, value in body.items():
        if name not in allowed:
            raise ConfigurationError(f"{name} is not accepted here; allowed: {', '.join(sorted(allowed))}.")
        is_good, wanted = FIELDS[name]
        if not is_good(value):
            raise ConfigurationError(f"{name} must be {wanted}.")
        assert isinstance(value, str | int)
        accepted[name] = value
    if at_least_one and not accepted:
        raise ConfigurationError("At least one setting must be sent.")
    return accepted


def missing(configuration: Configuration, needed: frozenset[str] = ALL) -> tuple[str, ...]:
    return tuple(sorted(needed - configuration.keys()))


def shown(configuration: Configuration) -> dict[str, Value | None]:
    """As the API shows it: the secret never comes back."""
    document: dict[str, Value | None] = {name: _plain(configuration.get(name)) for name in sorted(FIELDS)}
    document["tsig_secret"] = ""
    return document


def timers_of(configuration: Configuration) -> Timers:
    return Timers(
        report_s=float(configuration["health_report_interval"]),
        check_s=float(configuration["health_check_interval"]),
        absence_s=float(configuration["allowed_absence_interval"]),
    )


def _plain(value: Value | None) -> Value | None:
    return int(value) if isinstance(value, float) and value.is_integer() else value
