"""What a group's settings must keep to, with a sentence for each mistake; one place for TOML, CLI and window.

Parses the written forms of addresses and says what is allowed. Asks nothing over the network, and
never repeats a URL: somebody may have put a password into it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from urllib.parse import SplitResult, urlsplit

from agmonitor.config.paths import expanded
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.domain.retention import Retention
from agmonitor.texts import t

SIGN_IN_EXTRAS = ("bam_url", "bam_alias", "micetro_url", "micetro_alias")
TIMEOUT_S = (0.1, 120.0)
DAYS = (1, 36_500)
CADENCE_S = (0.2, 3600.0)
LAB_NAME = "lab"
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\Z")
_LONGEST_NAME = 64
_LONGEST_USER = 256
_LONGEST_TAG, _MOST_TAGS = 32, 16


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that cannot stand: which key, and a sentence saying what is wrong and what is allowed."""

    key: str
    sentence: str


def check_group(settings: GroupSettings, *, ad_hoc: bool = False) -> tuple[Mistake, ...]:
    """Everything wrong with one group.

    ``ad_hoc`` lets both nodes have one address: a look then finds out, and says, that it is one Gateway.
    """
    return tuple(_mistakes(settings, ad_hoc=ad_hoc))


def check_names(groups: Iterable[GroupSettings]) -> tuple[Mistake, ...]:
    """Names used twice, whatever their case."""
    seen: set[str] = set()
    mistakes = []
    for group in groups:
        folded = group.name.casefold()
        if folded in seen:
            mistakes.append(
                Mistake(
                    "name",
                    t("The name {name} is used by two groups; each needs its own.", name=repr(group.name)),
                )
            )
        seen.add(folded)
    return tuple(mistakes)


def check_retention(retention: Retention) -> tuple[Mistake, ...]:
    """Everything wrong with how long the history is to keep what."""
    tiers = [(field.name, getattr(retention, field.name)) for field in fields(Retention)]
    low, high = DAYS
    mistakes = [
        Mistake(
            f"history.{key}",
            t("{value} is out of range; allowed are {low} to {high} days.", value=days, low=low, high=high),
        )
        for key, days in tiers
        if not low <= days <= high
    ]
    if mistakes:
        return tuple(mistakes)
    return tuple(
        Mistake(
            f"history.{key}",
            t(
                "{days} days are fewer than {tier} has ({at_least}); each tier is kept at least as long.",
                days=days,
                tier=before,
                at_least=at_least,
            ),
        )
        for (before, at_least), (key, days) in pairwise(tiers)
        if days < at_least
    )


def host_port(text: str, default_port: int = 53) -> HostPort:
    """``HOST``, ``HOST:PORT``, ``[IPV6]:PORT`` or a bare IPv6 address.

    Raises:
        ValueError: with a sentence saying what is allowed.
    """
    allowed = t(
        "{typed} is no HOST:PORT; allowed are 192.0.2.53:53, dns.example.net, [2001:db8::53]:53.",
        typed=repr(text),
    )
    host, port = text.strip(), str(default_port)
    if host.startswith("["):
        host, bracket, rest = host[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or ":" not in host:
            raise ValueError(allowed)
        port = rest[1:] if rest else port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    if not _is_host(host) or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError(allowed)
    return HostPort(host, int(port))


def node_address(text: str) -> NodeAddress:
    """``NAME=URL`` as the command line has it.

    Raises:
        ValueError: with a sentence saying what is allowed.
    """
    name, equals, url = text.partition("=")
    if not equals or not name.strip() or not url.strip():
        raise ValueError(t("A node is given as NAME=URL, for example gw-1=https://gw-1.example.net."))
    return NodeAddress(name.strip(), url.strip().rstrip("/"))


def is_loopback(host: str) -> bool:
    """Whether plain http to that host stays on this machine."""
    if host.lower() in {"localhost", "localhost."}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _mistakes(settings: GroupSettings, *, ad_hoc: bool) -> Iterable[Mistake]:
    if not _is_name(settings.name):
        yield Mistake(
            "name", t("A group's name is 1 to 64 printable characters, none of them a space at an end.")
        )
    elif settings.name.startswith(".") or "/" in settings.name:
        yield Mistake("name", t("A group's name has no '/' and begins with no dot."))
    elif settings.name.casefold() == LAB_NAME and not settings.lab and not ad_hoc:
        yield Mistake(
            "name", t("The name 'lab' is kept for the lab, so that nobody mistakes a real group for it.")
        )
    yield from _node_mistakes(settings, ad_hoc=ad_hoc)
    if settings.fqdn is not None and not _is_domain(settings.fqdn):
        yield Mistake(
            "fqdn", t("{name} is no domain name; allowed is gateway.example.net.", name=repr(settings.fqdn))
        )
    yield from _sign_in_mistakes(settings)
    yield from _tag_mistakes(settings.tags)
    if settings.ca_file is not None and settings.insecure:
        yield Mistake(
            "insecure", t("ca_file and insecure contradict each other: one checks the server, one does not.")
        )
    if settings.ca_file is not None and not expanded(settings.ca_file).is_file():
        yield Mistake(
            "ca_file",
            t("There is no file {file}; allowed is a file of PEM certificates.", file=repr(settings.ca_file)),
        )
    for key, value, (low, high) in (
        ("timeout_s", settings.timeout_s, TIMEOUT_S),
        ("cadence_s", settings.cadence_s, CADENCE_S),
    ):
        if not low <= value <= high:  # catches not-a-number as well
            yield Mistake(
                key,
                t(
                    "{value} is out of range; allowed are {low} to {high} seconds.",
                    value=f"{value:g}",
                    low=f"{low:g}",
                    high=f"{high:g}",
                ),
            )


def _node_mistakes(settings: GroupSettings, *, ad_hoc: bool) -> Iterable[Mistake]:
    first, second = settings.nodes
    if first.name.casefold() == second.name.casefold():
        yield Mistake(
            "nodes", t("Both nodes are called {name}; each needs its own name.", name=repr(first.name))
        )
    readable = not any(_url_mistake(node.url, allow_http=True) for node in settings.nodes)
    if not ad_hoc and readable and place_of(first.url) == place_of(second.url):
        yield Mistake(
            "nodes",
            t("Both nodes have the same URL; give the address of each Gateway, not the group's name."),
        )
    for node in settings.nodes:
        if not _is_name(node.name) or "=" in node.name:
            # Translators: begin with {name}
            yield Mistake(
                "nodes.name",
                t("{name} is no name: 1 to 64 printable characters, no '='.", name=repr(node.name)),
            )
        sentence = _url_mistake(node.url, allow_http=settings.allow_http)
        if sentence:
            yield Mistake("nodes.url", f"{node.name}: {sentence}")


def _is_name(name: str) -> bool:
    """Printable also means: nothing that steers a terminal or turns the direction of writing."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip()


def place_of(url: str) -> object:
    """What a URL leads to, however it is written; a URL that cannot be read leads where it says."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return url
    return parts.scheme, (parts.hostname or "").removesuffix("."), port, parts.path.rstrip("/")


def _url_mistake(url: str, *, allow_http: bool) -> str:
    try:
        parts = urlsplit(url)
        port_wrong = parts.port == 0
    except ValueError:
        return t("the URL cannot be read; allowed is https://HOST[:PORT], the port 1 to 65535.")
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    sentence = ""
    if "@" in parts.netloc:
        sentence = t(
            "a user or password must not stand in a URL; a password comes from the keyring or a file."
        )
    elif scheme not in {"http", "https"}:
        sentence = t("the URL does not begin with https:// (or http://).")
    elif not _is_host(host) or port_wrong:
        sentence = t("the URL names no usable host and port; allowed is https://HOST[:PORT].")
    elif _has_more(parts, url):
        sentence = t("the URL has a query, a fragment or white space; allowed is https://HOST[:PORT][/PATH].")
    elif scheme == "http" and not allow_http and not is_loopback(host):
        sentence = t(
            "plain http to {host} would send the password unprotected; use https, or set allow_http "
            "(--allow-http) for this group.",
            host=host,
        )
    return sentence


def _has_more(parts: SplitResult, url: str) -> bool:
    return bool(parts.query or parts.fragment) or any(sign.isspace() for sign in url) or url[-1] in "?#"


def _sign_in_mistakes(settings: GroupSettings) -> Iterable[Mistake]:
    user = settings.user
    if user is not None and not (0 < len(user) <= _LONGEST_USER and user.isprintable()):
        yield Mistake("user", t("A user name is 1 to 256 printable characters."))
    for key, value in settings.sign_in_extras:
        if key not in SIGN_IN_EXTRAS:
            yield Mistake(
                f"sign_in_extras.{key}", t("Unknown; allowed are {keys}.", keys=", ".join(SIGN_IN_EXTRAS))
            )
        elif not value or ("://" in value and "@" in urlsplit(value).netloc):
            yield Mistake(f"sign_in_extras.{key}", t("It must be filled and hold no user or password."))


def _tag_mistakes(tags: tuple[str, ...]) -> Iterable[Mistake]:
    if len(tags) > _MOST_TAGS:
        yield Mistake(
            "tags", t("{count} tags are too many; allowed are {most}.", count=len(tags), most=_MOST_TAGS)
        )
    for tag in tags:
        whole = tag.isprintable() and not any(sign.isspace() for sign in tag)
        if not (0 < len(tag) <= _LONGEST_TAG and whole) or tag.startswith("#") or "," in tag:
            yield Mistake(
                "tags",
                t(
                    "{tag} is no tag; allowed are 1 to {most} signs, no space, comma or leading #.",
                    tag=repr(tag),
                    most=_LONGEST_TAG,
                ),
            )


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _is_domain(host) and not re.fullmatch(r"[0-9.]+", host)
    return True


def _is_domain(name: str) -> bool:
    stem = name.removesuffix(".")
    if not name.isascii():
        try:
            stem = stem.encode("idna").decode("ascii")
        except UnicodeError:
            return False
    return 0 < len(stem) <= 253 and all(_LABEL.match(label) for label in stem.split("."))
