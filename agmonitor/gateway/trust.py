"""Whom we believe over TLS: one ``SSLContext`` per trust setting, made once and shared by all nodes.

A context costs about 45 ms to build, hence the cache; a CA file that was replaced is read again. Must not
decide whether a group may do without checking: that is the group's setting.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

from agmonitor.domain.model import GroupSettings


def trust_for(settings: GroupSettings) -> ssl.SSLContext:
    """The context for a group: the system's store, its CA file alone, or no checking.

    Raises:
        ValueError: the CA file cannot be used, with a sentence saying why.
    """
    if settings.insecure:
        return _unchecked()
    if settings.ca_file is None:
        return _system()
    try:
        stamp = Path(settings.ca_file).stat()
        return _from_file(settings.ca_file, stamp.st_mtime_ns, stamp.st_size)
    except ssl.SSLError:
        raise ValueError(
            f"The CA file {settings.ca_file} holds no certificates in PEM form (-----BEGIN CERTIFICATE-----)."
        ) from None
    except OSError as error:
        raise ValueError(f"The CA file {settings.ca_file} cannot be read: {error.strerror}.") from None


@lru_cache(maxsize=1)
def _system() -> ssl.SSLContext:
    return ssl.create_default_context()


@lru_cache(maxsize=1)
def _unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@lru_cache(maxsize=32)
def _from_file(path: str, modified_ns: int, size: int) -> ssl.SSLContext:  # noqa: ARG001 - parts of the key
    return ssl.create_default_context(cafile=path)
