"""Where a Gateway may be asked: which URLs we use at all, and where plain http is allowed; pure."""

from __future__ import annotations

import ipaddress

import httpx

from agmonitor.domain.model import GroupSettings


def base_url(url: str) -> httpx.URL:
    """The checked base URL of a node, without a trailing slash.

    Raises:
        ValueError: not usable, with a sentence that holds no secret.
    """
    try:
        parsed = httpx.URL(url.rstrip("/"))
    except (httpx.InvalidURL, ValueError):
        raise ValueError("The node's URL cannot be read; allowed is http(s)://host[:port].") from None
    if parsed.userinfo:
        raise ValueError("The node's URL holds a user or password; they belong elsewhere.")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("The node's URL must begin with http:// or https:// and name a host.")
    return parsed


def is_loopback(host: str) -> bool:
    """Whether that host is this machine, by its written form alone."""
    bare = host.strip("[]").rstrip(".").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare.partition("%")[0]).is_loopback
    except ValueError:
        return False


def plain_http_refusal(scheme: str, host: str, settings: GroupSettings) -> str | None:
    """Why nothing may be sent there; None where sending is fine."""
    if scheme == "https" or settings.allow_http or is_loopback(host):
        return None
    return (
        f"Nothing was sent to {host}: http would carry the sign-in readable for all."
        " Use https, or allow plain http for this group."
    )
