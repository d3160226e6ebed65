"""What this Gateway itself says to people on a page: that something failed, or that they must sign in."""

from __future__ import annotations

from urllib.parse import quote

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

SIGN_IN = "/login"


def page(status: int, heading: str, text: str) -> ResponseReturnValue:
    """A page of a heading and a text."""
    return make_response(render_template("notice.html", heading=heading, text=text), int(status))


def to_sign_in() -> ResponseReturnValue:
    """Lead to where one signs in, and from there back to here."""
    wanted = request.full_path if request.query_string else request.path
    return redirect(f"{SIGN_IN}?next={quote(wanted, safe='')}")
