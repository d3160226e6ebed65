"""The node's TLS: which certificate it shows, and how cheroot speaks through it.

A certificate is changed without a restart: new connections meet the new one, kept ones are closed so that
it shows. The handshake is made by the thread that serves the connection. cheroot's own adapter makes it in
the one thread that accepts, where a single slow client would keep all others waiting.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cheroot.errors import FatalSSLAlert
from cheroot.makefile import MakeFile
from cheroot.ssl import Adapter

from agmonitor.lab import clock
from agmonitor.lab.authority import of_a_stranger, write_private
from agmonitor.lab.node.settings import CertificateSettings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

ENVIRONMENT = {"wsgi.url_scheme": "https", "HTTPS": "on"}
EXPIRED_FOR_S = 3600.0


class Tls(Adapter):
    """What cheroot needs to serve TLS, and the certificate faults."""

    def __init__(self, settings: CertificateSettings) -> None:
        self._settings = settings
        self._open: weakref.WeakSet[_Channel] = weakref.WeakSet()
        self._adding = threading.Lock()
        self.context = _showing(settings.file)

    def change(self, do: str) -> None:
        """Obey "expire", "swap" or "heal".

        Raises:
            ValueError: another word.
        """
        names, now = self._settings.names, clock.now()
        match do:
            case "heal":
                self.context = _showing(self._settings.file)
            case "expire":
                self._show(self._settings.authority.issue(names, now, -EXPIRED_FOR_S))
            case "swap":
                self._show(of_a_stranger(names, now))
            case unknown:
                raise ValueError(f"a certificate cannot be told to {unknown!r}")
        with self._adding:
            kept = list(self._open)
        for channel in kept:
            channel.hear_no_more()

    def _show(self, certificate: bytes) -> None:
        place = self._settings.file.with_suffix(".shown")
        write_private(place, certificate)  # OpenSSL takes files alone
        self.context = _showing(place)
        place.unlink()

    # what cheroot asks for

    def bind(self, sock: socket.socket) -> socket.socket:
        return sock

    def wrap(self, sock: socket.socket) -> tuple[_Channel, dict[str, str]]:
        try:
            channel = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except OSError as error:  # it is gone already
            raise FatalSSLAlert(*error.args) from error
        with self._adding:
            self._open.add(channel)
        return channel, ENVIRONMENT

    def get_environ(self) -> dict[str, str]:
        return ENVIRONMENT

    def makefile(self, sock: _Channel, mode: str = "r", bufsize: int = io.DEFAULT_BUFFER_SIZE) -> Any:
        return MakeFile(sock, mode, bufsize)


class _Channel(ssl.SSLSocket):
    """One connection. Its first read makes the handshake; one that fails ends it without an outcry."""

    _is_deaf = False

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        if self._is_deaf:  # what came meanwhile can be read yet, the end of reading notwithstanding
            return 0
        try:
            return super().recv_into(buffer, nbytes, flags)
        except ssl.SSLError as error:  # a client that does not trust us says so, and leaves
            raise FatalSSLAlert(*error.args) from error

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        try:
            return super().send(data, flags)
        except ssl.SSLError as error:
            raise FatalSSLAlert(*error.args) from error

    def hear_no_more(self) -> None:
        """Let an answer under way go out, and no further request come in."""
        self._is_deaf = True
        try:
            socket.socket.shutdown(self, socket.SHUT_RD)  # not ssl's own: that would bare the channel
        except OSError:
            return  # closed meanwhile


def _showing(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.sslsocket_class = _Channel
    return context
