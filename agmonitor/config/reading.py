"""From plain TOML values to checked group settings, gathering every mistake instead of stopping at one.

Knows the keys of the settings file; opens no file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from agmonitor.config.checks import Mistake, check_group, check_retention, host_port
from agmonitor.config.paths import expanded
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.domain.retention import Retention

TEXTS = ("fqdn", "user", "ca_file")
FLAGS = ("insecure", "allow_http", "use_proxies", "failover_allowed")
SECONDS = ("timeout_s", "cadence_s")
DAYS = tuple(field.name for field in fields(Retention))
UNNAMED = "(unnamed)"
STAND_INS = (
    NodeAddress("(first)", "https://first.invalid"),
    NodeAddress("(second)", "https://second.invalid"),
)
_LISTS = ("resolvers", "tags")
_KEYS = (
    "name",
    "nodes",
    *TEXTS,
    "dns_server",
    *_LISTS,
    "sign_in_extras",
    *FLAGS,
    "judge_clients",
    *SECONDS,
)
_NEVER = {
    "password": "passwords never stand here; use the keyring, --password-file or AGMONITOR_PASSWORD",
    "lab": "only the lab itself makes a lab group",
}


class Reader:
    """Reads plain TOML values into settings and gathers what is wrong instead of stopping at it."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def groups(self, raw: Mapping[str, Any]) -> tuple[GroupSettings, ...]:
        self._unknown("", raw, ("alerts", "groups", "history"))
        entries = raw.get("groups", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._wrong("groups", "must be a list of tables, each beginning with [[groups]]")
            return ()
        found = [self._group(f"groups[{number}]", entry) for number, entry in enumerate(entries, 1)]
        return tuple(group for group in found if group is not None)

    def history(self, raw: Mapping[str, Any]) -> Retention:
        """The table ``[history]``: how long it keeps what."""
        table = raw.get("history", {})
        if not isinstance(table, dict):
            self._wrong("history", "must be a table that begins with [history]")
            return Retention()
        self._unknown("history", table, DAYS)
        wrong = [key for key in DAYS if key in table and type(table[key]) is not int]
        for key in wrong:
            self._wrong(f"history.{key}", f"must be a whole number of days, not {_shown(table[key])}")
        told = {key: table[key] for key in DAYS if key in table and key not in wrong}
        retention = Retention(**told)
        self.mistakes += [] if wrong else check_retention(retention)
        return retention

    def _group(self, where: str, raw: Mapping[str, Any]) -> GroupSettings | None:
        name = self._text(where, "name", raw)
        if name is None and "name" not in raw:
            self._wrong(f"{where}.name", "is missing; every group needs a name")
        where = f"groups.{name}" if name else where
        self._unknown(where, raw, _KEYS)
        values: dict[str, Any] = {key: self._text(where, key, raw) for key in TEXTS}
        if values["ca_file"]:
            values["ca_file"] = str(expanded(values["ca_file"]))
        values |= {key: self._flag(where, key, raw) for key in FLAGS if key in raw}
        values |= {key: self._number(where, key, raw) for key in SECONDS if key in raw}
        values["judge_clients"] = self._flag(where, "judge_clients", raw) if "judge_clients" in raw else None
        if "dns_server" in raw:
            values["dns_server"] = self._address(f"{where}.dns_server", raw["dns_server"])
        addresses = [
            self._address(f"{where}.resolvers", text) for text in self._texts(where, "resolvers", raw)
        ]
        values["resolvers"] = tuple(address for address in addresses if address is not None)
        values["tags"] = tuple(self._texts(where, "tags", raw))
        values["sign_in_extras"] = self._extras(where, raw)
        nodes = self._nodes(where, raw)
        # What was wrong in kind has a stand-in by now, so that the rest is judged all the same.
        group = GroupSettings(UNNAMED if name is None else name, nodes, **values)
        self.mistakes += [Mistake(f"{where}.{m.key}", m.sentence) for m in check_group(group)]
        return None if name is None else group

    def _nodes(self, where: str, raw: Mapping[str, Any]) -> tuple[NodeAddress, NodeAddress]:
        entries = raw.get("nodes")
        if (
            not isinstance(entries, list)
            or len(entries) != 2
            or not all(isinstance(e, dict) for e in entries)
        ):
            self._wrong(f"{where}.nodes", 'must be two tables, each with name = "gw-1" and url = "https://…"')
            return STAND_INS
        first, second = (
            self._node(f"{where}.nodes[{number}]", entry, STAND_INS[number - 1])
            for number, entry in enumerate(entries, 1)
        )
        return first, second

    def _node(self, where: str, raw: Mapping[str, Any], stand_in: NodeAddress) -> NodeAddress:
        self._unknown(where, raw, ("name", "url"))
        name, url = self._text(where, "name", raw), self._text(where, "url", raw)
        if name is None or url is None:
            self._wrong(where, 'needs both name = "gw-1" and url = "https://…"')
        return NodeAddress(
            stand_in.name if name is None else name, stand_in.url if url is None else url.rstrip("/")
        )

    def _extras(self, where: str, raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        table = raw.get("sign_in_extras", {})
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            self._wrong(f"{where}.sign_in_extras", 'must be a table of texts such as { bam_alias = "main" }')
            return ()
        return tuple(table.items())

    def _text(self, where: str, key: str, raw: Mapping[str, Any]) -> str | None:
        value = raw.get(key)
        if value is None or isinstance(value, str):
            return value
        self._wrong(f"{where}.{key}", f"must be a text in quotes, not {_shown(value)}")
        return None

    def _flag(self, where: str, key: str, raw: Mapping[str, Any]) -> bool:
        value = raw[key]
        if not isinstance(value, bool):
            self._wrong(f"{where}.{key}", f"must be true or false, not {_shown(value)}")
            return False
        return value

    def _number(self, where: str, key: str, raw: Mapping[str, Any]) -> float:
        value = raw[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(f"{where}.{key}", f"must be a number of seconds, not {_shown(value)}")
            return 1.0
        try:
            return float(value)
        except OverflowError:
            return math.inf  # out of range, and told as that

    def _texts(self, where: str, key: str, raw: Mapping[str, Any]) -> list[str]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self._wrong(f"{where}.{key}", f"must be a list of texts, not {_shown(value)}")
            return []
        return value

    def _address(self, key: str, value: object) -> HostPort | None:
        try:
            return host_port(value if isinstance(value, str) else "")
        except ValueError as error:
            self.mistakes.append(Mistake(key, str(error)))
            return None

    def _unknown(self, where: str, raw: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
        for key in sorted(raw.keys() - set(allowed)):
            reason = _NEVER.get(key, f"unknown key; allowed are {', '.join(sorted(allowed))}")
            self._wrong(f"{where}.{key}" if where else key, reason)

    def _wrong(self, key: str, sentence: str) -> None:
        self.mistakes.append(Mistake(key, sentence + "."))


def _shown(value: object) -> str:
    """The kind of a wrong value; never the value, which might be a secret in the wrong place."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date or time")
