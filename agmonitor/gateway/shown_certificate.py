"""What a server's certificate says of itself, for a person to compare; decides nothing about trust."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator

from agmonitor.domain.trial import Certificate
from agmonitor.gateway.certificate import expires_at
from agmonitor.gateway.fields import plain

NAMES_MAX = 50
TEXT_MAX = 120


def read(der: bytes) -> Certificate:
    """Fingerprint, names and expiry; of bytes that are no certificate the fingerprint alone."""
    # Only a person who adds a group waits for this library.
    from cryptography import x509  # noqa: PLC0415 - see above

    digest = hashlib.sha256(der).hexdigest().upper()
    fingerprint = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    try:
        found = x509.load_der_x509_certificate(der)
        return Certificate(
            fingerprint=fingerprint,
            subject=_shown(found.subject),
            issuer=_shown(found.issuer),
            expires_at=expires_at(der),
            names=tuple(_names(found))[:NAMES_MAX],
        )
    except (ValueError, x509.DuplicateExtension):
        return Certificate(fingerprint, expires_at=expires_at(der))


def carries(names: Iterable[str], host: str) -> bool:
    """Whether a certificate for these names is for that host; addresses are compared as addresses."""
    try:
        wanted = ipaddress.ip_address(host)
    except ValueError:
        return any(_is_for(name.rstrip("."), host.rstrip(".").lower()) for name in names)
    return any(_address(name) == wanted for name in names)


def _is_for(name: str, host: str) -> bool:
    name = name.lower()
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:] and "." in name[2:]
    return name == host


def _address(name: str) -> object:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _names(certificate: object) -> Iterator[str]:
    from cryptography import x509  # noqa: PLC0415 - see ``read``

    assert isinstance(certificate, x509.Certificate)
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    for name in alternative:
        if isinstance(name, (x509.DNSName, x509.IPAddress)):
            yield plain(str(name.value), TEXT_MAX)


def _shown(name: object) -> str:
    """A distinguished name in its usual written form, shortened and without signs that steer a terminal."""
    from cryptography import x509  # noqa: PLC0415 - see ``read``

    assert isinstance(name, x509.Name)
    return plain(name.rfc4514_string(), TEXT_MAX)
