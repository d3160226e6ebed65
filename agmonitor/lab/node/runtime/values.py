"""The small functions that ``bluecat.util`` offers: addresses, properties, texts. Reads files, no more."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from pathlib import Path


def safe_str(value: object) -> str:
    """A text of anything; bytes are read as UTF-8."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def get_text(path: str, language: str) -> dict[str, str]:
    """The words of ``text/<language>.txt`` below a workflow's folder, one ``key=value`` a line.

    A language that is not there is English; a workflow without texts has none.
    """
    folder = Path(path) / "text"
    file = next((f for f in (folder / f"{language}.txt", folder / "en.txt") if f.is_file()), None)
    if file is None:
        return {}
    pairs = (
        line.partition("=") for line in file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    )
    return {key.strip(): value.strip() for key, mark, value in pairs if mark}


def get_configurations(default_val: bool = False) -> list[tuple[str, str]]:  # noqa: FBT001, FBT002 - Gateway's own form
    """What a list of configurations offers; without an Address Manager only the word to select one."""
    return [("1", "Please Select")] if default_val else []


def properties_to_map(properties: str) -> dict[str, str]:
    """``a=b|c=d|`` as a dict."""
    pairs = (item.partition("=") for item in (properties or "").split("|"))
    return {key: value for key, mark, value in pairs if mark}


def map_to_properties(properties: Mapping[str, object]) -> str:
    """A dict as ``a=b|c=d|``."""
    return "".join(f"{key}={value}|" for key, value in properties.items())


def has_response(data: object) -> bool:
    """Whether Address Manager answered with an object; an empty one carries the id 0."""
    if isinstance(data, Mapping):
        return bool(data) and data.get("id") not in {0, "0"}
    return bool(data)


def is_valid_ipv4_address(address: str) -> bool:
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return True


def is_valid_ipv6_address(address: str) -> bool:
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


def ip42int(address: str) -> int:
    return int(ipaddress.IPv4Address(address))


def int2ip4(number: int) -> str:
    return str(ipaddress.IPv4Address(number))


def get_password_from_file(path: str) -> str:
    """The password in a file, base64 as Gateway keeps it, or as it is.

    Raises:
        OSError: the file cannot be read.
    """
    text = Path(path).read_text(encoding="utf-8").strip()
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text
