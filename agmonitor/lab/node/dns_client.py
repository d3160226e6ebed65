"""The node's side of DNS: reads and signed updates of the group's two records on its authoritative server.

Every call has a deadline and answers with a value; a server that is silent, refuses, or signs wrongly is a
``False``, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rdtypes.IN.A
import dns.tsig
import dns.update

from agmonitor.domain.model import HostPort, Instant
from agmonitor.lab.node import stamps
from agmonitor.lab.node.configuration import Configuration

FAILURES = (dns.exception.DNSException, OSError, ValueError, EOFError)


@dataclass(frozen=True, slots=True)
class Read:
    """``ok`` False: no usable answer. ``value`` None with ``ok``: there is no such single record."""

    ok: bool
    address: str | None = None
    stamp: Instant | None = None


class GroupDns:
    """Knows the server; name, TTL and key come with each call, since they may change while the group runs."""

    def __init__(self, server: HostPort, timeout_s: float) -> None:
        self._server = server
        self._timeout_s = timeout_s
        self._zones: dict[dns.name.Name, dns.name.Name] = {}

    def read_record(self, configuration: Configuration) -> Read:
        """Whom the host record names; several addresses name nobody."""
        try:
            answer = self._ask(_name(configuration), dns.rdatatype.A)
        except FAILURES:
            return Read(ok=False)
        addresses = [
            record.address
            for rrset in answer.answer
            for record in rrset
            if isinstance(record, dns.rdtypes.IN.A.A)
        ]
        return Read(ok=True, address=addresses[0] if len(addresses) == 1 else None)

    def read_heartbeat(self, configuration: Configuration) -> Read:
        """The newest readable stamp among the name's TXT records."""
        try:
            answer = self._ask(_name(configuration), dns.rdatatype.TXT)
        except FAILURES:
            return Read(ok=False)
        texts = (
            b"".join(record.strings).decode("utf-8", "replace")
            for rrset in answer.answer
            for record in rrset
            if isinstance(record, dns.rdtypes.ANY.TXT.TXT)
        )
        found = [stamp for stamp in map(stamps.read, texts) if stamp is not None]
        return Read(ok=True, stamp=max(found, default=None))

    def write_record(self, configuration: Configuration, address: str) -> bool:
        return self._replace(configuration, "A", address)

    def write_heartbeat(self, configuration: Configuration, stamp: Instant) -> bool:
        return self._replace(configuration, "TXT", f'"{stamps.written(stamp)}"')

    def remove_records(self, configuration: Configuration) -> bool:
        try:
            update = self._update(configuration)
            name = _name(configuration)
            update.delete(name, "A")
            update.delete(name, "TXT")
            return self._send(update)
        except FAILURES:
            return False

    def _replace(self, configuration: Configuration, rdtype: str, text: str) -> bool:
        try:
            update = self._update(configuration)
            update.replace(_name(configuration), int(configuration["group_fqdn_ttl"]), rdtype, text)
            return self._send(update)
        except FAILURES:
            return False

    def _update(self, configuration: Configuration) -> dns.update.UpdateMessage:
        key = dns.tsig.Key(
            str(configuration["tsig_name"]),
            str(configuration["tsig_secret"]),
            str(configuration["tsig_algorithm"]),
        )
        return dns.update.UpdateMessage(self._zone_of(_name(configuration)), keyring=key)

    def _send(self, update: dns.update.UpdateMessage) -> bool:
        answer = self._exchange(update)
        return answer.rcode() == dns.rcode.NOERROR

    def _zone_of(self, name: dns.name.Name) -> dns.name.Name:
        """The zone to update, by its SOA (in the answer, or in the authority section of a "no such data")."""
        known = self._zones.get(name)
        if known is not None:
            return known
        answer = self._ask(name, dns.rdatatype.SOA)
        for rrset in (*answer.answer, *answer.authority):
            if rrset.rdtype == dns.rdatatype.SOA:
                self._zones[name] = rrset.name
                return rrset.name
        raise ValueError(f"no SOA record for {name}")

    def _ask(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> dns.message.Message:
        question = dns.message.make_query(name, rdtype)
        question.flags &= ~dns.flags.RD
        answer = self._exchange(question)
        if answer.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            raise ValueError(dns.rcode.to_text(answer.rcode()))
        return answer

    def _exchange(self, message: dns.message.Message) -> dns.message.Message:
        answer, _ = dns.query.udp_with_fallback(
            message, self._server.host, timeout=self._timeout_s, port=self._server.port
        )
        return answer


def _name(configuration: Configuration) -> dns.name.Name:
    return dns.name.from_text(str(configuration["group_fqdn"]))
