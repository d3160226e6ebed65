"""The lab's certificate authority: made for one lab, trusted by its group alone, gone with its folder.

Issues what the nodes show: good certificates, and those of the certificate faults. Loads its library only
when it is used, since a lab over plain http needs none. Serves nothing and judges nothing.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from agmonitor.domain.model import Instant

if TYPE_CHECKING:
    import trustme

CA_FILE = "ca.pem"
KEY_FILE = "ca.key"
DAY_S = 86_400.0
BEGAN_BEFORE_S = 30 * DAY_S  # an expired certificate, too, was valid once
STRANGER_S = 365 * DAY_S


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority in a folder of its own; whoever may read that folder may sign."""

    folder: Path

    @property
    def ca_file(self) -> Path:
        """What to trust, in PEM form."""
        return self.folder / CA_FILE

    def establish(self) -> None:
        """Make the authority. The folder is there and private.

        Raises:
            OSError: it cannot be written.
        """
        made = _ca()(organization_name="agmonitor lab", organization_unit_name="made for one lab")
        self.ca_file.write_bytes(made.cert_pem.bytes())
        write_private(self.folder / KEY_FILE, made.private_key_pem.bytes())

    def trust(self) -> ssl.SSLContext:
        return trust_in(self.ca_file)

    def issue(self, names: Iterable[str], now: Instant, valid_s: float) -> bytes:
        """Key and certificate in PEM form for addresses and host names; negative ``valid_s``: expired."""
        key = (self.folder / KEY_FILE).read_bytes()
        return _issued(_ca().from_pem(self.ca_file.read_bytes(), key), names, now, valid_s)


def trust_in(ca_file: Path) -> ssl.SSLContext:
    """For a client that believes this authority and no other."""
    return ssl.create_default_context(cafile=ca_file)


def of_a_stranger(names: Iterable[str], now: Instant) -> bytes:
    """The same, signed by an authority that nobody knows and that signs nothing else."""
    return _issued(_ca()(organization_name="a stranger"), names, now, STRANGER_S)


def write_private(path: Path, content: bytes) -> None:
    """For this user's eyes alone, from the first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _issued(signer: trustme.CA, names: Iterable[str], now: Instant, valid_s: float) -> bytes:
    instant = datetime.fromtimestamp(now, UTC)
    leaf = signer.issue_cert(
        *names,
        not_before=instant - timedelta(seconds=BEGAN_BEFORE_S),
        not_after=instant + timedelta(seconds=valid_s),
    )
    return leaf.private_key_and_cert_chain_pem.bytes()


def _ca() -> type[trustme.CA]:
    import trustme  # noqa: PLC0415 - 70 ms and its cryptography, for https alone

    return trustme.CA
