"""Writes made-up workflows for the tests."""

from __future__ import annotations

from pathlib import Path

PAGE = """
from bluecat import route, util
from flask import render_template
from main_app import app

@route(app, "/{name}/first")
@util.workflow_permission_required("{name}_page")
@util.exception_catcher
def {name}_first():
    {body}
"""


def declaration(name: str, kind: str = "ui") -> str:
    entry = {"name": f"{name}_page", "title": name.title(), "endpoint": f"{name}/first", "description": "d"}
    return f"type = {kind!r}\nsub_pages = [{entry}]\n"


def page(name: str, body: str = "return 'it works'", before: str = "") -> str:
    """A page's module; ``before`` runs when it is imported."""
    return before + PAGE.format(name=name, body=body)


def workflow(folder: Path, text: str = "loaded = True\n", *, declared: str | None = None) -> Path:
    """One workflow of one page whose module has this text."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(declaration(folder.name) if declared is None else declared)
    (folder / f"{folder.name}_page.py").write_text(text)
    return folder


def good(folder: Path, body: str = "return 'it works'", before: str = "") -> Path:
    """One with a page that is served."""
    return workflow(folder, page(folder.name, body, before))


def of_the_newer_layout(folder: Path, hooks: str | None = None) -> Path:
    """One with a blueprint, as about 24.3 brought it."""
    folder.mkdir(parents=True)
    name = folder.name
    (folder / "__init__.py").touch()
    (folder / "spec.json").write_text("{}")
    base = f"from flask import Blueprint\nbp = Blueprint({name!r}, __name__, url_prefix='/{name}')\n"
    (folder / "base.py").write_text(base)
    routes = "from .base import bp\n@bp.route('/item/<n>')\ndef item(n): return n\n"
    (folder / "routes.py").write_text(routes + "@bp.route('/hello')\ndef hello(): return 'it works'\n")
    attaching = "def attach(application): application.register_blueprint(bp)\n"
    ours = f"from .base import bp\ndef initialize(): from . import routes\n{attaching}"
    (folder / "hooks.py").write_text(ours if hooks is None else hooks)
    return folder
