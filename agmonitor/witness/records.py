"""What DNS answers say: the host record's addresses, the TXT record's strings, the zone's master; pure."""

from __future__ import annotations

from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A

from agmonitor.domain.model import DnsAnswer
from agmonitor.witness.exchange import PARSE_ERRORS, Reply, Trouble

ADDRESSES_MAX = 16
STRINGS_MAX = 64
_MALFORMED = "its answer contradicts itself"


@dataclass(frozen=True, slots=True)
class Host:
    """The word on a host record. ``alias``: the name it leads to, where that has no address here."""

    answer: DnsAnswer
    detail: str = ""
    addresses: tuple[str, ...] = ()
    ttl_s: int | None = None
    alias: dns.name.Name | None = None
    authoritative: bool = False


def host(outcome: Reply | Trouble) -> Host:
    """The host record in an answer to a question for A."""
    if isinstance(outcome, Trouble):
        return Host(outcome.answer, outcome.detail)
    message = outcome.message
    refusal = refusal_of(message)
    if refusal is not None:
        return Host(DnsAnswer.REFUSED, refusal)
    try:
        chain = message.resolve_chaining()  # type: ignore[attr-defined]
    except PARSE_ERRORS:
        return Host(DnsAnswer.MALFORMED, _MALFORMED)
    authoritative = bool(message.flags & dns.flags.AA)
    if chain.answer is None:
        alias = chain.canonical_name if chain.cnames else None
        return _no_host(message, alias, authoritative=authoritative)
    found = sorted({rdata.address for rdata in chain.answer if isinstance(rdata, A)})
    return Host(
        DnsAnswer.OK,
        addresses=tuple(found[:ADDRESSES_MAX]),
        ttl_s=int(chain.minimum_ttl),
        authoritative=authoritative,
    )


def _no_host(message: dns.message.Message, alias: dns.name.Name | None, *, authoritative: bool) -> Host:
    if message.rcode() == dns.rcode.NXDOMAIN:
        return Host(DnsAnswer.NXDOMAIN, "the name does not exist", authoritative=authoritative)
    if alias is None and _is_referral(message):
        return Host(DnsAnswer.REFUSED, "it refers to other servers: it does not hold the zone itself")
    return Host(DnsAnswer.NODATA, "the name has no host record", alias=alias, authoritative=authoritative)


@dataclass(frozen=True, slots=True)
class Texts:
    """The word on a TXT record: each record's strings. ``detail`` where it could not be read."""

    records: tuple[tuple[bytes, ...], ...] = ()
    detail: str = ""


def texts(outcome: Reply | Trouble) -> Texts:
    """The TXT record in an answer to a question for TXT; none where there is none."""
    if isinstance(outcome, Trouble):
        return Texts(detail=outcome.detail)
    refusal = refusal_of(outcome.message)
    if refusal is not None:
        return Texts(detail=refusal)
    try:
        chain = outcome.message.resolve_chaining()  # type: ignore[attr-defined]
    except PARSE_ERRORS:
        return Texts(detail=_MALFORMED)
    if chain.answer is None:
        return Texts()
    found = [rdata.strings for rdata in chain.answer if isinstance(rdata, TXT)]
    return Texts(tuple(tuple(strings[:STRINGS_MAX]) for strings in found[:STRINGS_MAX]))


def zone_master(message: dns.message.Message, name: dns.name.Name) -> dns.name.Name | None:
    """The primary server of the zone that holds ``name``, by the SOA in an answer of whatever kind.

    The root's SOA is no zone of ours: it only says that nobody knows the name.
    """
    for rrset in (*message.answer, *message.authority):
        if (
            rrset.rdtype != dns.rdatatype.SOA
            or rrset.name == dns.name.root
            or not name.is_subdomain(rrset.name)
        ):
            continue
        for rdata in rrset:
            if isinstance(rdata, SOA):
                return rdata.mname
    return None


def addresses(outcome: Reply | Trouble) -> tuple[str, ...]:
    """All addresses in an answer to a question for A or AAAA."""
    if isinstance(outcome, Trouble):
        return ()
    found = [
        rdata.to_text()
        for rrset in outcome.message.answer
        if rrset.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}
        for rdata in rrset
    ]
    return tuple(found[:ADDRESSES_MAX])


def refusal_of(message: dns.message.Message) -> str | None:
    """Why an answer is none; None for NOERROR and NXDOMAIN."""
    code = message.rcode()
    if code in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        return None
    return f"it answered {dns.rcode.to_text(code)}"


def _is_referral(message: dns.message.Message) -> bool:
    kinds = {rrset.rdtype for rrset in message.authority}
    return not message.flags & dns.flags.AA and dns.rdatatype.NS in kinds and dns.rdatatype.SOA not in kinds
