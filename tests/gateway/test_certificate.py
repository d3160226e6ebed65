from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.gateway.certificate import expires_at


def _der(not_after: datetime) -> bytes:
    issued = trustme.CA().issue_cert("gateway.example.net", not_after=not_after)
    return ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())


@pytest.mark.parametrize(
    "not_after",
    [datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC), datetime(2055, 1, 1, tzinfo=UTC)],
    ids=["UTCTime", "GeneralizedTime"],
)
def test_a_certificates_end_is_read_without_verifying_it(not_after: datetime) -> None:
    assert expires_at(_der(not_after)) == not_after.timestamp()


def test_a_certificate_cut_short_has_no_end() -> None:
    der = _der(datetime(2027, 3, 4, tzinfo=UTC))

    assert all(expires_at(der[:length]) is None for length in range(0, len(der), 7))


@given(st.binary(max_size=60))
def test_rubbish_has_no_end_and_raises_nothing(rubbish: bytes) -> None:
    assert expires_at(b"\x30" + rubbish) is None
