"""Tries one node's settings step by step: the way there, certificate, sign-in, permission and role.

Reads only. Sends each credential to a node once: a password typed wrongly must never lock an account, so a
refused one is sent to nobody again until it changes or a person says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from agmonitor.domain.model import SILENT, Answer, GroupSettings, Instant, NodeAddress, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.trial import (
    REMEDIES,
    Asked,
    Certificate,
    Matter,
    Reached,
    Standing,
    TrialRow,
    untried,
)
from agmonitor.domain.words import ROLES
from agmonitor.gateway.account import Account
from agmonitor.gateway.address import base_url, plain_http_refusal
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.failures import NETWORK_ERRORS, Failed, Failure, explain
from agmonitor.gateway.shown_certificate import carries, read
from agmonitor.gateway.trust import trust_for
from agmonitor.texts import t, tn

WORDS = {
    Answer.REFUSED: t("refused"),
    Answer.CLOSED: t("closed"),
    Answer.TIMEOUT: t("timeout"),
    Answer.UNREACHABLE: t("unreachable"),
    Answer.NAME: t("name not found"),
    Answer.TLS: t("not trusted"),
    Answer.SIGN_IN_REFUSED: t("refused"),
    Answer.FORBIDDEN: t("missing"),
    Answer.HTTP_STATUS: t("HTTP error"),
    Answer.MALFORMED: t("malformed"),
    Answer.TOO_LARGE: t("too large"),
    Answer.REDIRECTED: t("redirected"),
}
EXPIRES_SOON_S = 30 * 86_400.0
NAMES_SHOWN = 4
OTHER_NAME = frozenset({62, 64})  # OpenSSL: all is well with it but the name, or the address
NOTHING_SENT = SILENT - {Answer.TIMEOUT, Answer.CLOSED}
CUT_SHORT = t("The last sign-in was cut short; the same password is sent again only when you say so.")


class _Tokens:
    """Tokens of one credential, in memory: with one, a node is asked again without signing in."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def load(self, user: str, url: str) -> str | None:
        return self._kept.get((user, url))

    def save(self, user: str, url: str, token: str) -> None:
        self._kept[user, url] = token

    def forget(self, user: str, url: str) -> None:
        self._kept.pop((user, url), None)


@dataclass(slots=True)
class _Credential:
    """A user with one password, and what came of it."""

    account: Account
    tokens: _Tokens
    sent: dict[str, TrialRow] = field(default_factory=dict)  # by URL: what came of it there, when no token


class NodeTrials:
    """Remembers for as long as the program runs which credentials were sent where."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self._credentials: dict[object, _Credential] = {}

    async def reach(self, settings: GroupSettings, node: NodeAddress) -> Reached:
        """Connect, look at the certificate, and part again; nothing is sent. May be cancelled."""
        url = base_url(node.url)
        where = f"{node.name} ({url})"
        refusal = plain_http_refusal(url.scheme, url.host, settings)
        if refusal:
            return Reached((TrialRow(Matter.REACHES, Standing.FAILED, t("plain http"), refusal),))
        if settings.use_proxies:
            return Reached(untried(Matter.REACHES, Matter.CERTIFICATE, why=t("The way there is a proxy's.")))
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 80)
        try:
            async with asyncio.timeout(settings.timeout_s):
                der = await _shake(url.host, port, _believing_all() if secure else None)
        except NETWORK_ERRORS as error:
            return Reached((_failed(Matter.REACHES, explain(error, where)),))
        connected = TrialRow(
            Matter.REACHES,
            Standing.FINE,
            t("yes"),
            t("{host} port {port} answers.", host=url.host, port=port),
        )
        if not secure:
            plain = t("Plain http: nothing proves who answers, and the password can be read on the way.")
            return Reached((connected, TrialRow(Matter.CERTIFICATE, Standing.DOUBTFUL, t("none"), plain)))
        shown = read(der) if der else None
        return Reached((connected, await self._certificate(settings, url.host, port, where, shown)), shown)

    async def ask(self, settings: GroupSettings, node: NodeAddress, password: str | None) -> Asked:
        """Sign in and ask for the group. Never cancelled half-way by itself, so that its outcome is known."""
        credential = self._credential(settings, password)
        client = NodeClient(node, settings, credential.account, self._now)
        try:
            row = await self._sign_in(credential, client, settings.user, str(base_url(node.url)))
            if row.standing is Standing.FAILED:
                rest = untried(Matter.PERMISSION, Matter.ROLE)
                return Asked((row, *rest), retry_helps=bool(settings.user and password))
            seen = await client.ask_group()
        finally:
            await client.close()
        failure = Failure(seen.answer, seen.detail)
        if seen.answer is Answer.OK and seen.report is not None:
            granted = TrialRow(Matter.PERMISSION, Standing.FINE, t("yes"))
            return Asked((row, granted, _role(seen.report)), seen.report)
        if seen.answer is Answer.SIGN_IN_REFUSED:
            rest = untried(Matter.PERMISSION, Matter.ROLE)
            return Asked((_failed(Matter.SIGN_IN, failure), *rest), retry_helps=settings.user is not None)
        if seen.answer is Answer.FORBIDDEN:
            missing = _failed(Matter.PERMISSION, failure)
            return Asked((row, missing, *untried(Matter.ROLE)), retry_helps=settings.user is not None)
        return Asked((row, *untried(Matter.PERMISSION), _failed(Matter.ROLE, failure)))

    def retry(self, settings: GroupSettings, password: str | None) -> None:
        """A person asked: these credentials may be sent once more."""
        self._credentials.pop(self._key(settings, password), None)

    async def _sign_in(
        self, credential: _Credential, client: NodeClient, user: str | None, url: str
    ) -> TrialRow:
        if user is None:
            return TrialRow(Matter.SIGN_IN, Standing.UNTRIED, t("no user"), t("Asked without signing in."))
        if credential.tokens.load(user, url) is None:
            if url in credential.sent:
                return credential.sent[url]
            if refusal := credential.account.refusal:
                return TrialRow(Matter.SIGN_IN, Standing.FAILED, t("not sent"), refusal)
            # Should this be cut short, nobody knows whether the password was read.
            credential.sent[url] = TrialRow(Matter.SIGN_IN, Standing.FAILED, t("cut short"), CUT_SHORT)
            failure = await client.sign_in()
            if failure is not None:
                row = credential.sent[url] = _failed(Matter.SIGN_IN, failure)
                if failure.answer in NOTHING_SENT:
                    del credential.sent[url]
                return row
            del credential.sent[url]
        return TrialRow(Matter.SIGN_IN, Standing.FINE, t("yes"), t("Signed in as {user}.", user=user))

    def _credential(self, settings: GroupSettings, password: str | None) -> _Credential:
        key = self._key(settings, password)
        known = self._credentials.get(key)
        if known is None:
            tokens = _Tokens()
            account = Account(settings.user, lambda: password, settings.sign_in_extras, tokens)
            known = self._credentials[key] = _Credential(account, tokens)
        return known

    @staticmethod
    def _key(settings: GroupSettings, password: str | None) -> object:
        return settings.user, settings.sign_in_extras, password

    async def _certificate(
        self, settings: GroupSettings, host: str, port: int, where: str, shown: Certificate | None
    ) -> TrialRow:
        """How it stands with the certificate under the trust that is set."""
        if shown is None:
            return TrialRow(
                Matter.CERTIFICATE,
                Standing.FAILED,
                t("none"),
                t("{where} showed no certificate.", where=where),
            )
        elsewhere = "" if carries(shown.names, host) else _other_name(shown, host)
        if settings.insecure:
            off = t("Checking is off for this group: anybody in between can read the password.")
            told = f"{off} {elsewhere}".strip()
            return TrialRow(Matter.CERTIFICATE, Standing.DOUBTFUL, t("NOT CHECKED"), told, loud=True)
        try:
            trust = trust_for(settings)
        except ValueError as error:  # the CA file
            return TrialRow(Matter.CERTIFICATE, Standing.FAILED, t("no trust"), str(error))
        try:
            async with asyncio.timeout(settings.timeout_s):
                await _shake(host, port, trust)
        except NETWORK_ERRORS as error:
            return _untrusted(error, where, elsewhere)
        left_s = (shown.expires_at or 0.0) - self._now()
        if shown.expires_at is not None and left_s < EXPIRES_SOON_S:
            soon = tn(
                "It expires in {n} day: renew it on that Gateway.",
                "It expires in {n} days: renew it on that Gateway.",
                max(0, int(left_s // 86_400)),
            )
            return TrialRow(Matter.CERTIFICATE, Standing.DOUBTFUL, t("expires soon"), soon)
        return TrialRow(Matter.CERTIFICATE, Standing.FINE, t("trusted"))


async def _shake(host: str, port: int, trust: ssl.SSLContext | None) -> bytes | None:
    """Connect, shake hands, and part; the certificate's bytes."""
    _reader, writer = await asyncio.open_connection(
        host, port, ssl=trust, server_hostname=host if trust is not None else None
    )
    try:
        channel = writer.get_extra_info("ssl_object")
        return channel.getpeercert(binary_form=True) if channel is not None else None
    finally:
        writer.transport.abort()  # nothing was said that would need an orderly goodbye
        with contextlib.suppress(*NETWORK_ERRORS):
            await writer.wait_closed()


def _believing_all() -> ssl.SSLContext:
    """To see whom we would talk to; nothing is ever sent over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _other_name(shown: Certificate, host: str) -> str:
    named = ", ".join(shown.names[:NAMES_SHOWN]) or t("no name at all")
    more = len(shown.names) - NAMES_SHOWN
    if more > 0:
        named = tn("{first} and {n} more", "{first} and {n} more", more, first=named)
    return t(
        "It carries {names}, and not {host}, by which it was reached: use one of its names in the URL, or "
        "renew it with this one.",
        names=named,
        host=host,
    )


def _untrusted(error: BaseException, where: str, elsewhere: str) -> TrialRow:
    if elsewhere and isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in OTHER_NAME:
        return TrialRow(Matter.CERTIFICATE, Standing.FAILED, t("for another name"), elsewhere)
    failure = explain(error, where)
    word = WORDS.get(failure.answer, failure.answer.value)
    told = f"{failure.sentence} {elsewhere}".strip()
    return TrialRow(Matter.CERTIFICATE, Standing.FAILED, word, told)


def _failed(matter: Matter, failure: Failure | Failed) -> TrialRow:
    told = failure.sentence if isinstance(failure, Failure) else failure.detail
    remedy = REMEDIES.get(failure.answer, "")
    detail = told if not remedy or remedy in told else f"{told} {remedy}"
    return TrialRow(matter, Standing.FAILED, WORDS.get(failure.answer, failure.answer.value), detail)


def _role(report: NodeReport) -> TrialRow:
    word = ROLES[report.role]
    if report.role is Role.NOT_IN_GROUP:
        outside = t("It is in no Availability group yet; there is nothing to watch until it is.")
        return TrialRow(Matter.ROLE, Standing.DOUBTFUL, word, outside)
    told = report.configuration
    name = t("Group {name}", name=told.group_fqdn) if told is not None and told.group_fqdn else ""
    own = (
        t("clients reach it at {address}", address=told.external_ipv4_address)
        if told and told.external_ipv4_address
        else ""
    )
    detail = "; ".join(part for part in (name, own) if part)
    return TrialRow(Matter.ROLE, Standing.FINE, word, f"{detail}." if detail else "")
