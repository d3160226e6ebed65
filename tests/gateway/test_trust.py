from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
import trustme

from agmonitor.domain.model import NodeAddress
from agmonitor.gateway.trust import trust_for
from tests.gateway.servers import settings

NODE = NodeAddress("gw-1", "https://192.0.2.11")


def _ca_file(folder: Path) -> str:
    path = folder / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return str(path)


def test_one_context_serves_all_groups_with_one_setting(tmp_path: Path) -> None:
    path = _ca_file(tmp_path)

    assert trust_for(settings(NODE)) is trust_for(settings(NODE))
    assert trust_for(settings(NODE, ca_file=path)) is trust_for(settings(NODE, ca_file=path))
    assert trust_for(settings(NODE, ca_file=path)) is not trust_for(settings(NODE))


def test_checking_is_on_unless_it_is_switched_off(tmp_path: Path) -> None:
    for checked in (settings(NODE), settings(NODE, ca_file=_ca_file(tmp_path))):
        assert trust_for(checked).verify_mode is ssl.CERT_REQUIRED
        assert trust_for(checked).check_hostname
    assert trust_for(settings(NODE, insecure=True)).verify_mode is ssl.CERT_NONE


def test_a_ca_file_is_believed_alone(tmp_path: Path) -> None:
    assert len(trust_for(settings(NODE, ca_file=_ca_file(tmp_path))).get_ca_certs()) == 1


def test_a_replaced_ca_file_is_read_again(tmp_path: Path) -> None:
    path = _ca_file(tmp_path)
    before = trust_for(settings(NODE, ca_file=path)).get_ca_certs(binary_form=True)

    _ca_file(tmp_path)
    os.utime(path, ns=(1, 1))

    assert trust_for(settings(NODE, ca_file=path)).get_ca_certs(binary_form=True) != before


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "no certificates"), (b"rubbish", "no certificates"), (None, "cannot be read")]
)
def test_a_ca_file_that_cannot_serve_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ValueError, match=said) as caught:
        trust_for(settings(NODE, ca_file=str(path)))

    assert str(path) in str(caught.value)
