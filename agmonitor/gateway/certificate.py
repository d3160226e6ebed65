"""Until when a peer's certificate is valid, read straight from its DER bytes; pure.

OpenSSL hands out a certificate's parsed form only where it verified it, and a group with checking off still
wants to know its expiry. So we walk the few outer fields ourselves: certificate, its signed part, validity.
Judges nothing: whether the certificate is to be trusted is for ``ssl``.
"""

from __future__ import annotations

from datetime import UTC, datetime

from agmonitor.domain.model import Instant

_SEQUENCE = 0x30
_VERSION = 0xA0
_UTC_TIME = 0x17
_GENERALIZED_TIME = 0x18


def expires_at(der: bytes) -> Instant | None:
    """``notAfter``; None where the bytes are no certificate."""
    try:
        return _not_after(der)
    except (ValueError, IndexError, OverflowError):
        return None


def _not_after(der: bytes) -> Instant:
    certificate, _ = _open(der, 0, _SEQUENCE)
    signed, _ = _open(certificate, 0, _SEQUENCE)
    at = 0
    if signed[0] == _VERSION:
        at = _skip(signed, at)
    for _field in ("serial number", "signature algorithm", "issuer"):
        at = _skip(signed, at)
    validity, _ = _open(signed, at, _SEQUENCE)
    tag, content, _end = _element(validity, _skip(validity, 0))
    layouts = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
    if tag not in layouts:
        raise ValueError("no time where notAfter was due")
    moment = datetime.strptime(content.decode("ascii"), layouts[tag]).replace(tzinfo=UTC)
    return moment.timestamp()


def _open(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    found, content, end = _element(data, at)
    if found != tag:
        raise ValueError("another field than the one due")
    return content, end


def _skip(data: bytes, at: int) -> int:
    return _element(data, at)[2]


def _element(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Tag, content and end of the element that begins at ``at``."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 3:
            raise ValueError("a length no certificate has")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    if at + length > len(data):
        raise ValueError("cut short")
    return tag, data[at : at + length], at + length
