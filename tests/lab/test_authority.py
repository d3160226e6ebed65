"""The lab's certificate authority: what it signs is believed by who believes it, and by nobody else."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from socket import socketpair

import pytest

from agmonitor.gateway.certificate import expires_at
from agmonitor.lab import clock
from agmonitor.lab.authority import CA_FILE, DAY_S, KEY_FILE, Authority, of_a_stranger, write_private

NAMES = ("127.83.20.11", "127.83.20.99", "gateway.lab.test")
Certify = Callable[[Authority], bytes]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.establish()
    return made


def met(trust: ssl.SSLContext, certificate: bytes, name: str, folder: Path) -> bytes | None:
    """The certificate's bytes as a client sees them who asked for that name."""
    place = folder / "shown.pem"
    write_private(place, certificate)
    shows = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shows.load_cert_chain(place)
    near, far = socketpair()

    def serve() -> None:
        try:
            with shows.wrap_socket(far, server_side=True) as channel:
                channel.recv(1)
        except OSError:
            far.close()  # the client did not believe it

    server = threading.Thread(target=serve)
    server.start()
    try:
        with trust.wrap_socket(near, server_hostname=name) as channel:
            return channel.getpeercert(binary_form=True)
    finally:
        near.close()
        server.join(10)


@pytest.mark.parametrize("name", NAMES)
def test_a_certificate_holds_for_each_of_its_names_and_as_long_as_told(
    authority: Authority, tmp_path: Path, name: str
) -> None:
    now = clock.now()
    seen = met(authority.trust(), authority.issue(NAMES, now, 10 * DAY_S), name, tmp_path)

    assert seen is not None
    expires = expires_at(seen)
    assert expires is not None
    assert abs(expires - (now + 10 * DAY_S)) <= 1


@pytest.mark.parametrize(
    ("certify", "name", "reason"),
    [
        (lambda ours: ours.issue(NAMES, clock.now(), -60), NAMES[0], "has expired"),
        (lambda _: of_a_stranger(NAMES, clock.now()), NAMES[0], "unable to get local issuer"),
        (lambda ours: ours.issue(NAMES, clock.now(), DAY_S), "other.lab.test", "Hostname mismatch"),
    ],
    ids=["expired", "a stranger's", "for another name"],
)
def test_a_bad_certificate_is_refused_for_its_own_reason(
    authority: Authority, tmp_path: Path, certify: Certify, name: str, reason: str
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        met(authority.trust(), certify(authority), name, tmp_path)


def test_nobody_else_believes_it(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        met(ssl.create_default_context(), authority.issue(NAMES, clock.now(), DAY_S), NAMES[0], tmp_path)


def test_its_key_is_for_the_user_alone(authority: Authority) -> None:
    assert (authority.folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in (authority.folder / CA_FILE).read_bytes()
