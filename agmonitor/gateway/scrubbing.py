"""Takes secrets out of what a Gateway sent, in whatever form it may have echoed them. Pure.

Known secrets go by what they are, as they are and encoded; others by where they stand: after a word such as
"token", or in a header that proves who somebody is. What cannot be made safe is withheld as a whole.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "•••"
WITHHELD = "(withheld: it may hold a secret)"
SHORTEST = 4
"""Shorter secrets are in any text by chance: one that holds them is withheld."""
PREFIX = 8
"""The first so many signs of a secret are taken for a part of it, wherever they stand."""
_NAMES = (
    r"[\w.-]{0,24}(?:passw|passphrase|pwd|secret|token|auth|cookie|session|credential|api.?key|private.?key"
    r"|signature|otp|csrf)[\w.-]{0,24}"
)
_NAMED = re.compile(
    rf"""(?ix) (["'\\]{{0,4}} {_NAMES} ["'\\]{{0,4}} \s{{0,4}} (?: [:=] | =&gt; | => ) \s{{0,4}})
    ( (\\{{0,3}}["']) .*? (?: (?<!\\) \3 | \Z) | [^\s,;&<>"'}}\]]+ (?: [ ] [^\s,;&<>"'}}\]]+ )? )""",
    re.DOTALL,
)
_MARKUP = re.compile(rf"(?is)(<({_NAMES})(?:\s[^<>]{{0,200}})?>)[^<]*")
_INPUT = re.compile(r"(?is)<(?:input|meta)\b[^>]{0,500}")
_TELLTALE = re.compile(rf"(?i){_NAMES}")
_SCHEME = re.compile(
    r"(?i)\b(basic|bearer|negotiate|digest|bamauthtoken:?)\s+(?:bamauthtoken:?\s*)?[\w+/=.~:-]{4,}"
)
_LINE = re.compile(r"(?im)^(\s{0,8}[\w-]{0,24}(?:auth|cookie|token)[\w-]{0,24}\s?:\s?)[^\r\n]+")
_USERINFO = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@\"'<>]{1,500}@")


def scrubbed(text: str, secrets: Iterable[str | None], *, cut: bool = False) -> str:
    """The text without any secret; ``cut``: it may end in the middle of one."""
    known = {secret for secret in secrets if secret}
    if any(len(secret) < SHORTEST and secret in text for secret in known):
        return WITHHELD
    forms = {form for secret in known if len(secret) >= SHORTEST for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = _without(text, form)
    if cut:
        text = _without_beginning(text, forms)
    text = _LINE.sub(rf"\1{HIDDEN}", text)
    text = _SCHEME.sub(rf"\1 {HIDDEN}", text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    text = _MARKUP.sub(rf"\1{HIDDEN}", text)
    text = _INPUT.sub(lambda tag: f"<input {HIDDEN}" if _TELLTALE.search(tag[0]) else tag[0], text)
    return _USERINFO.sub(rf"\1{HIDDEN}@", text)


def _without(text: str, form: str) -> str:
    """Without it, and without its first part where somebody has cut it short."""
    text = text.replace(form, HIDDEN)
    beginning = form[:PREFIX]
    if len(form) <= PREFIX or beginning not in text:
        return text
    kept: list[str] = []
    while (at := text.find(beginning)) >= 0:
        length = PREFIX
        while length < len(form) and text[at : at + length + 1] == form[: length + 1]:
            length += 1
        kept += [text[:at], HIDDEN]
        text = text[at + length :]
    return "".join([*kept, text])


def _forms(secret: str) -> Iterator[str]:
    """As it is, and as a text of some kind may hold it."""
    yield secret
    yield " ".join(secret.split())
    for escaped in (
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    ):
        yield escaped
        yield escaped.replace("/", "\\/")
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield quoted
        yield re.sub("%..", lambda found: found[0].lower(), quoted)
    for encoded in (base64.b64encode(secret.encode()), base64.urlsafe_b64encode(secret.encode())):
        yield encoded.decode()
        yield encoded.decode().rstrip("=")


def _without_beginning(text: str, forms: set[str]) -> str:
    """The text ends with the first part of a secret: cut off there."""
    for form in forms:
        for length in range(min(len(form) - 1, len(text)), 0, -1):
            if text.endswith(form[:length]) and length >= SHORTEST:
                return text[: len(text) - length] + HIDDEN
    return text
