"""What a Gateway's answers mean: payload bytes in, domain values out; pure.

Strict where the contract speaks (a wrong type, an unknown role, method or DNS state is ``Malformed``, with a
sentence naming the key), lenient where it is silent (null, "" and absence of heartbeat fields and members).
The only place that knows the Gateway's keys. Must not do any I/O.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

from agmonitor.domain.model import Configuration, DnsLink, HeartbeatMethod, Instant, Members, Role
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, NodeReport
from agmonitor.gateway.fields import (
    TEXT_MAX,
    Document,
    Malformed,
    document,
    instant,
    integer,
    ipv4,
    number,
    optional_section,
    optional_word,
    plain,
    section,
    text,
    word,
)

CALLS_MAX = 200
"""Calls of hooks kept from one inventory, the newest."""
HOOKS_MAX = 500
TOKEN_MAX = 4096
"""Longest token we carry; servers cap a header line at about twice that."""
CURRENT_TIME_MAX = 4_102_444_800
"""2100-01-01; a ``current_time`` beyond is no clock in seconds."""
ERROR_TEXT_MAX = 300
BARE_TOKEN_PREFIX = "BAMAuthToken:"  # noqa: S105 - a prefix, not a token


class Scheme(StrEnum):
    """``external_scheme``."""

    HTTP = "http"
    HTTPS = "https"


@dataclass(frozen=True, slots=True)
class Load:
    """``/serverstatus``, as far as we use it."""

    score: float
    current_time: Instant | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the hook inventory workflow tells; calls oldest first."""

    hooks: tuple[Hook, ...]
    calls: tuple[HookCall, ...]
    version: str = ""
    earlier: tuple[str, ...] = ()


class SignInRefused(ValueError):  # noqa: N818 - reads as what the answer is, not as our error
    """A 200 that says in other words: these credentials are not taken."""


def group_report(body: bytes) -> NodeReport:
    """``GET /ag/api/v1/group``.

    Raises:
        Malformed: it breaks the contract.
    """
    content = document(body)
    return _report(
        section(content, "state"),
        "state.",
        members=_members(optional_section(content, "members")),
        configuration=_configuration(optional_section(content, "configuration")),
    )


def lacks_state(body: bytes) -> bool:
    """Whether a 200 of ``GET /group`` is an object that says nothing of a state."""
    try:
        return document(body).get("state") in (None, "", {})
    except Malformed:
        return False


def state_report(body: bytes) -> NodeReport:
    """``GET /ag/api/v1/state``.

    Raises:
        Malformed: it breaks the contract.
    """
    return _report(document(body), "", members=None, configuration=None)


def _report(
    state: Document, where: str, *, members: Members | None, configuration: Configuration | None
) -> NodeReport:
    return NodeReport(
        role=word(state, "node_role", Role, where),
        heartbeat_method=optional_word(state, "heartbeat_method", HeartbeatMethod, where),
        last_heartbeat_at=instant(state, "last_heartbeat_time", where),
        last_updated_at=instant(state, "last_updated", where),
        dns_link=optional_word(state, "node_dns_connection_state", DnsLink, where),
        members=members,
        configuration=configuration,
    )


def _members(members: Document | None) -> Members | None:
    if members is None:
        return None
    return Members(
        primary=ipv4(members, "primary", "members."), secondary=ipv4(members, "secondary", "members.")
    )


def _configuration(found: Document | None) -> Configuration | None:
    if found is None:
        return None
    where = "configuration."
    port = integer(found, "external_port", where)
    if port is not None and port > 65535:
        raise Malformed(f"{where}external_port is {port} where a port was due.")
    scheme = optional_word(found, "external_scheme", Scheme, where)
    return Configuration(
        allowed_absence_interval=integer(found, "allowed_absence_interval", where),
        health_check_interval=integer(found, "health_check_interval", where),
        health_report_interval=integer(found, "health_report_interval", where),
        group_fqdn_ttl=integer(found, "group_fqdn_ttl", where),
        external_ipv4_address=ipv4(found, "external_ipv4_address", where),
        external_port=port or None,  # 0 is how a form left empty comes out
        external_scheme=scheme.value if scheme else None,
        group_fqdn=text(found, "group_fqdn", where),
        tsig_name=text(found, "tsig_name", where),
        tsig_algorithm=text(found, "tsig_algorithm", where),
    )


def load(body: bytes) -> Load:
    """``GET /serverstatus``.

    Raises:
        Malformed: it breaks the contract.
    """
    content = document(body)
    score = number(section(content, "data"), "resource_usage_score", "data.")
    if score is None:
        raise Malformed("data.resource_usage_score is missing.")
    if score < 0:
        raise Malformed("data.resource_usage_score is negative.")
    current = number(content, "current_time")
    if current is not None and not 0 <= current <= CURRENT_TIME_MAX:
        raise Malformed("current_time is no number of seconds since 1970.")
    return Load(score=score, current_time=None if current is None else round(current, 3))


def inventory(body: bytes) -> Inventory:
    """``GET /hook_inventory/v1/hooks``; calls for events that are no change of role are left out.

    Raises:
        Malformed: it is not what our own workflow writes.
    """
    content = document(body)
    hooks = tuple(_hook(hook, at) for hook, at in _entries(content, "hooks", HOOKS_MAX))
    told = _entries(content, "calls", CALLS_MAX)
    calls = tuple(_call(call, at) for call, at in told if call.get("new") is not None)
    earlier = content.get("earlier_workflows")
    names = earlier if isinstance(earlier, list) else []
    return Inventory(
        hooks,
        calls,
        version=text(content, "version") or "",
        earlier=tuple(plain(name, TEXT_MAX) for name in names if isinstance(name, str)),
    )


def _hook(hook: Document, at: str) -> Hook:
    file, line = text(hook, "file", at), integer(hook, "line", at)
    return Hook(
        workflow=_required(hook, "workflow", at),
        callback=_required(hook, "callback", at),
        source=text(hook, "source", at) or (f"{file}:{line}" if file and line is not None else file or ""),
        event=text(hook, "event", at) or "",
        registered_at=instant(hook, "registered_at", at),
        registrations=integer(hook, "registrations", at) or 1,
    )


def _entries(content: Document, key: str, most: int) -> list[tuple[Document, str]]:
    listed = content.get(key)
    if not isinstance(listed, list):
        raise Malformed(f"{key} is missing or no list.")
    found: list[tuple[Document, str]] = []
    for number_in_list, entry in enumerate(listed):
        if not isinstance(entry, dict):
            raise Malformed(f"{key}[{number_in_list}] is no object.")
        found.append((entry, f"{key}[{number_in_list}]."))
    return found[-most:]


def _call(call: Document, at: str) -> HookCall:
    started_at = instant(call, "started_at", at)
    if started_at is None:
        raise Malformed(f"{at}started_at is missing.")
    error = call.get("error")
    if error is not None and not isinstance(error, str):
        raise Malformed(f"{at}error is no text.")
    return HookCall(
        workflow=_required(call, "workflow", at),
        callback=_required(call, "callback", at),
        previous=optional_word(call, "previous", Role, at),
        new=word(call, "new", Role, at),
        started_at=started_at,
        duration_ms=number(call, "duration_ms", at),
        outcome=word(call, "outcome", HookOutcome, at),
        error=plain(error or "", ERROR_TEXT_MAX),
        source=text(call, "source", at) or "",
        so_far_ms=number(call, "so_far_ms", at),
        beside=integer(call, "beside", at) or 0,
    )


def _required(entry: Document, key: str, at: str) -> str:
    value = text(entry, key, at, most=TEXT_MAX)
    if value is None:
        raise Malformed(f"{at}{key} is missing.")
    return value


def token(body: bytes) -> str:
    """The token in a 200 from ``/rest_login``: JSON with ``access_token``, or the bare ``BAMAuthToken: …``.

    Raises:
        SignInRefused: an error told with status 200.
        Malformed: neither a token nor an error.
    """
    written = body.decode("utf-8-sig", "replace").strip()
    if written.startswith("{"):
        return _json_token(document(body))
    bare = written.strip('"').strip()
    if not bare.startswith(BARE_TOKEN_PREFIX):
        raise Malformed("The answer to the sign-in holds no token.")
    return _usable(bare)


def _json_token(content: Document) -> str:
    found = content.get("access_token")
    if isinstance(found, str) and found.strip():
        return _usable(found)
    if (found is None or found == "") and any(
        key in content for key in ("message", "error", "code", "status")
    ):
        raise SignInRefused("The answer to the sign-in is an error.")
    raise Malformed("access_token is missing or no text.")


def _usable(found: str) -> str:
    found = found.strip()  # no header could carry white space at its ends
    if not is_usable_token(found):
        raise Malformed("access_token cannot be sent in a header.")
    return found


def is_usable_token(found: str) -> bool:
    """Whether a token can stand in a header without breaking out of it."""
    return 0 < len(found) <= TOKEN_MAX and found.isascii() and found.isprintable()


def error_message(body: bytes) -> str:
    """The ``message`` of an error body, for a person only; "" where there is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = content.get("message") if isinstance(content, dict) else None
    return plain(found, 120) if isinstance(found, str) else ""


def http_date(value: str | None) -> Instant | None:
    """The ``Date`` header; None where it is absent or cannot be read."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value[:64])
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = moment.timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return seconds if 0 <= seconds <= CURRENT_TIME_MAX else None
