"""The node's own pages for people: the list of its workflows, and where one signs in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from agmonitor.lab.node.access import COOKIE
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.runtime.loader import Loaded
from agmonitor.lab.node.runtime.notices import SIGN_IN

HOME = "/"


def blueprint(parts: Parts, loaded: Sequence[Loaded]) -> Blueprint:
    """The pages. ``loaded``: what the home page lists."""
    topic = Blueprint("portal", __name__)

    @topic.get(HOME)
    def home() -> ResponseReturnValue:
        return render_template("home.html", name=parts.settings.name, loaded=loaded)

    @topic.get(SIGN_IN)
    def login() -> ResponseReturnValue:
        if g.user is not None:
            return redirect(_wanted())
        return render_template("login.html", wrong=False)

    @topic.post(SIGN_IN)
    def sign_in() -> ResponseReturnValue:
        token = parts.sessions.sign_in(request.form.get("username", ""), request.form.get("password", ""))
        if token is None:
            return render_template("login.html", wrong=True), 401
        response = redirect(_wanted())
        secure = parts.settings.scheme == "https"
        response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure)
        return response

    return topic


def _wanted() -> str:
    """The page to go on to; never another server's, which ``//host`` and backslashes would mean."""
    path = request.args.get("next", HOME)
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else HOME
