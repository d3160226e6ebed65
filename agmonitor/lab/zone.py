"""One DNS zone in memory: answers questions about it and applies RFC 2136 updates to it.

Knows names and records, no sockets, no keys and no clock: who may update is the name server's business.
"""

from __future__ import annotations

from dataclasses import dataclass

import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.update

Node = dict[dns.rdatatype.RdataType, dns.rdataset.Rdataset]

IN = dns.rdataclass.IN
ANY = dns.rdatatype.ANY
KEPT_AT_APEX = frozenset({dns.rdatatype.SOA, dns.rdatatype.NS})
APEX_TTL_S = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What the zone says to one question."""

    rcode: dns.rcode.Rcode
    answer: tuple[dns.rrset.RRset, ...] = ()
    authority: tuple[dns.rrset.RRset, ...] = ()


class _RefusedError(Exception):
    """An update that may not be applied; nothing of it is."""

    def __init__(self, rcode: dns.rcode.Rcode) -> None:
        super().__init__(dns.rcode.to_text(rcode))
        self.rcode = rcode


class Zone:
    """Authoritative data of one zone: SOA and NS at the top, whatever updates bring below."""

    def __init__(self, origin: str, nameserver_address: str, negative_ttl_s: int) -> None:
        self.origin = dns.name.from_text(origin)
        self.serial = 1
        self._negative_ttl_s = negative_ttl_s
        self._nameserver = dns.name.from_text("ns", self.origin)
        self._nodes: dict[dns.name.Name, Node] = {}
        self._add(self.origin, APEX_TTL_S, _record("NS", self._nameserver.to_text()))
        self._add(self._nameserver, APEX_TTL_S, _record("A", nameserver_address))
        self._renew_soa()

    def find(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Found:
        """Answer one question: data, no data, no such name, or not our zone."""
        if not name.is_subdomain(self.origin):
            return Found(dns.rcode.REFUSED)
        node = self._nodes.get(name)
        if node is None:
            rcode = dns.rcode.NOERROR if self._has_names_below(name) else dns.rcode.NXDOMAIN
            return Found(rcode, authority=(self._soa(),))
        wanted = list(node) if rdtype == ANY else [rdtype]
        if rdtype not in node and dns.rdatatype.CNAME in node:
            wanted = [dns.rdatatype.CNAME]
        answer = tuple(_rrset(name, node[kind]) for kind in wanted if kind in node)
        return Found(dns.rcode.NOERROR, answer, () if answer else (self._soa(),))

    def update(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        """Apply an update as a whole or not at all (RFC 2136, section 3)."""
        if len(message.zone) != 1:
            return dns.rcode.FORMERR
        if message.zone[0].name != self.origin or message.zone[0].rdclass != IN:
            return dns.rcode.NOTAUTH
        try:
            self._check_prerequisites(message)
            self._check_changes(message)
        except _RefusedError as refused:
            return refused.rcode
        before = _picture(self._nodes)
        for change in message.update:
            self._apply(change)
        if _picture(self._nodes) != before:
            self.serial = self.serial % 0xFFFFFFFF + 1  # zero is skipped: some readers take it for "none"
            self._renew_soa()
        return dns.rcode.NOERROR

    def _check_prerequisites(self, message: dns.update.UpdateMessage) -> None:
        exact: dict[tuple[dns.name.Name, dns.rdatatype.RdataType], set[dns.rdata.Rdata]] = {}
        for wish in message.prerequisite:
            if wish.ttl != 0:
                raise _RefusedError(dns.rcode.FORMERR)
            if not wish.name.is_subdomain(self.origin):
                raise _RefusedError(dns.rcode.NOTZONE)
            node = self._nodes.get(wish.name, {})
            if wish.deleting is None:
                exact.setdefault((wish.name, wish.rdtype), set()).update(wish)
                continue
            there = bool(node) if wish.rdtype == ANY else wish.rdtype in node
            if wish.deleting == dns.rdataclass.ANY and not there:
                raise _RefusedError(dns.rcode.NXDOMAIN if wish.rdtype == ANY else dns.rcode.NXRRSET)
            if wish.deleting == dns.rdataclass.NONE and there:
                raise _RefusedError(dns.rcode.YXDOMAIN if wish.rdtype == ANY else dns.rcode.YXRRSET)
        for (name, rdtype), wanted in exact.items():
            if set(self._nodes.get(name, {}).get(rdtype, ())) != wanted:
                raise _RefusedError(dns.rcode.NXRRSET)

    def _check_changes(self, message: dns.update.UpdateMessage) -> None:
        for change in message.update:
            if not change.name.is_subdomain(self.origin):
                raise _RefusedError(dns.rcode.NOTZONE)
            may_be_any = change.deleting == dns.rdataclass.ANY
            if dns.rdatatype.is_metatype(change.rdtype) and not (may_be_any and change.rdtype == ANY):
                raise _RefusedError(dns.rcode.FORMERR)
            if change.deleting is not None and change.ttl != 0:
                raise _RefusedError(dns.rcode.FORMERR)

    def _apply(self, change: dns.rrset.RRset) -> None:
        if change.name == self.origin and change.rdtype in KEPT_AT_APEX:
            return  # the top of the zone is this server's own; RFC 2136 lets such changes pass unheard
        if change.deleting is None:
            for rdata in change:
                self._add(change.name, change.ttl, rdata)
            return
        node = self._nodes.get(change.name, {})
        for rdtype in [change.rdtype] if change.rdtype != ANY else list(node):
            if change.name == self.origin and rdtype in KEPT_AT_APEX:
                continue
            # class ANY takes the whole set, class NONE the records named
            kept = (
                []
                if change.deleting == dns.rdataclass.ANY
                else [r for r in node.get(rdtype, ()) if r not in change]
            )
            ttl_s = node[rdtype].ttl if rdtype in node else 0
            node.pop(rdtype, None)
            for rdata in kept:
                self._add(change.name, ttl_s, rdata)
        if change.name in self._nodes and not self._nodes[change.name]:
            del self._nodes[change.name]

    def _add(self, name: dns.name.Name, ttl_s: int, rdata: dns.rdata.Rdata) -> None:
        node = self._nodes.setdefault(name, {})
        records = node.setdefault(rdata.rdtype, dns.rdataset.Rdataset(IN, rdata.rdtype))
        records.add(rdata)
        records.ttl = ttl_s  # one TTL for the whole set: the newest

    def _renew_soa(self) -> None:
        text = f"{self._nameserver} hostmaster.{self.origin} {self.serial} 60 30 3600 {self._negative_ttl_s}"
        self._nodes[self.origin].pop(dns.rdatatype.SOA, None)
        self._add(self.origin, APEX_TTL_S, _record("SOA", text))

    def _soa(self) -> dns.rrset.RRset:
        soa = _rrset(self.origin, self._nodes[self.origin][dns.rdatatype.SOA])
        soa.ttl = self._negative_ttl_s  # how long a "no" may be remembered (RFC 2308)
        return soa

    def _has_names_below(self, name: dns.name.Name) -> bool:
        return any(other.is_subdomain(name) for other in self._nodes)


def _record(rdtype: str, text: str) -> dns.rdata.Rdata:
    return dns.rdata.from_text("IN", rdtype, text)


def _rrset(name: dns.name.Name, records: dns.rdataset.Rdataset) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name, records.ttl, list(records))


def _picture(nodes: dict[dns.name.Name, Node]) -> set[tuple[str, int, dns.rdata.Rdata]]:
    return {
        (name.to_text(), records.ttl, rdata)
        for name, node in nodes.items()
        for records in node.values()
        for rdata in records
    }
