"""A list of groups as one file for a colleague: what is set about each, the CA it trusts, and no secret.

Written from settings and read as from a stranger: bounded, checked as a whole, every mistake with its key and
what is allowed. A list never allows failovers; whoever takes it in begins with all of them forbidden.
"""

from __future__ import annotations

import re
import ssl
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from agmonitor.config.checks import Mistake, check_names
from agmonitor.config.paths import expanded
from agmonitor.config.reading import Reader
from agmonitor.config.settings import ConfigError, plain_group, write_whole
from agmonitor.domain.model import GroupSettings

FORMAT, VERSION = "agmonitor groups", 1
BYTES_MAX, GROUPS_MAX, CA_MAX, MISTAKES_MAX = 1_000_000, 1_000, 100_000, 50
_OWN_KEYS = ("format", "version", "groups")
_NOT_OURS = {
    "failover_allowed": "a list allows no failovers; allow them here, group by group, once it is taken in.",
    "ca_file": "a path of another machine; a list carries the certificates themselves, as ca_pem.",
}
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class Listed:
    """A group of a list: its settings without a CA file, and the CA's certificates where it has its own."""

    settings: GroupSettings
    ca_pem: str | None = None


def listed(group: GroupSettings) -> Listed:
    """A group of ours as a list has it: nothing that holds here alone.

    Raises:
        ValueError: its CA file cannot be read, or holds no certificate.
    """
    pem = None if group.ca_file is None else certificates_in(expanded(group.ca_file))
    return Listed(replace(group, ca_file=None, failover_allowed=False), pem)


def certificates_in(path: Path) -> str:
    """The certificates in a PEM file and nothing else of it: a key may stand beside them.

    Raises:
        ValueError: with a sentence.
    """
    try:
        text = path.read_bytes()[: CA_MAX + 1].decode("ascii", "replace")
    except OSError as error:
        raise ValueError(f"The CA file {path} cannot be read: {error.strerror}.") from error
    found = _BLOCK.findall(text)
    if not found or len(text) > CA_MAX:
        raise ValueError(f"The CA file {path} holds no certificates in PEM form, or far too many.")
    return "\n".join(found) + "\n"


def write_list(path: Path, groups: Iterable[GroupSettings]) -> int:
    """Write a list of these groups, labs left out; how many they are.

    Raises:
        ConfigError: it cannot be written, or a group's CA cannot be read.
    """
    entries = []
    for group in groups:
        if group.lab:
            continue
        try:
            one = listed(group)
        except ValueError as error:
            raise ConfigError(path, (Mistake(group.name, str(error)),)) from error
        told = plain_group(one.settings)
        entries.append(told if one.ca_pem is None else {**told, "ca_pem": one.ca_pem})
    text = tomli_w.dumps({"format": FORMAT, "version": VERSION, "groups": entries}, multiline_strings=True)
    write_whole(path, text)
    return len(entries)


def read_list(path: Path) -> tuple[Listed, ...]:
    """The groups of a list.

    Raises:
        ConfigError: with every mistake in it, at most ``MISTAKES_MAX``.
    """
    raw = _parsed(path)
    reader = _ListReader()
    found = reader.listed(raw)
    if reader.mistakes:
        told = tuple(Mistake(_shown(m.key), _shown(m.sentence)) for m in reader.mistakes[:MISTAKES_MAX])
        rest = len(reader.mistakes) - len(told)
        more = (Mistake("", f"has {rest} more mistakes."),) if rest else ()
        raise ConfigError(path, (*told, *more))
    return found


class _ListReader(Reader):
    """As settings are read, and stricter."""

    def listed(self, raw: Mapping[str, Any]) -> tuple[Listed, ...]:
        if raw.get("format") != FORMAT:
            self._wrong("format", f'must be "{FORMAT}"; is this a list of groups?')
            return ()
        if raw.get("version") != VERSION:
            self._wrong("version", f"must be {VERSION}; a newer agmonitor may have written this list")
            return ()
        self._unknown("", raw, _OWN_KEYS)
        entries = raw.get("groups", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._wrong("groups", "must be a list of tables, each beginning with [[groups]]")
            return ()
        if not 0 < len(entries) <= GROUPS_MAX:
            self._wrong("groups", f"holds {len(entries)} groups; allowed are 1 to {GROUPS_MAX}")
            return ()
        certificates = [self._taken_out(number, entry) for number, entry in enumerate(entries, 1)]
        groups = self.groups({"groups": entries})
        self.mistakes += [Mistake("groups." + m.key, m.sentence) for m in check_names(groups)]
        if self.mistakes:
            return ()
        return tuple(Listed(group, pem) for group, pem in zip(groups, certificates, strict=True))

    def _taken_out(self, number: int, entry: dict[str, Any]) -> str | None:
        """The certificates of an entry, which leave it; what a list may not say is a mistake."""
        name = entry.get("name")
        where = f"groups.{name}" if isinstance(name, str) and name else f"groups[{number}]"
        for key in _NOT_OURS.keys() & entry.keys():
            del entry[key]
            self.mistakes.append(Mistake(f"{where}.{key}", _NOT_OURS[key]))
        if "ca_pem" not in entry:
            return None
        pem = entry.pop("ca_pem")
        if not isinstance(pem, str) or len(pem) > CA_MAX or _BLOCK.sub("", pem).strip() or not _readable(pem):
            self._wrong(f"{where}.ca_pem", "must be CERTIFICATE blocks in PEM form and nothing else")
            return None
        if entry.get("insecure") is True:
            self._wrong(f"{where}.insecure", "contradicts ca_pem: one checks the server, one does not")
        return "\n".join(_BLOCK.findall(pem)) + "\n"


def _parsed(path: Path) -> dict[str, Any]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its writer
            raise ConfigError(path, (Mistake("", "is no plain file."),))
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise ConfigError(path, (Mistake("", f"cannot be read: {error.strerror}."),)) from error
    if len(content) > BYTES_MAX:
        raise ConfigError(path, (Mistake("", f"is larger than {BYTES_MAX // 1000} kB; is it a list?"),))
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(path, (Mistake("", f"is not UTF-8 text at byte {error.start}."),)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, (Mistake("", f"is not TOML: {_shown(str(error))}."),)) from error
    except RecursionError as error:
        raise ConfigError(path, (Mistake("", "is nested too deeply to be a list."),)) from error


def _readable(pem: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _shown(text: str) -> str:
    """A stranger's words without signs that steer a terminal, and no longer than a line or two."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in text)
    return plain if len(plain) <= 300 else plain[:299] + "…"
