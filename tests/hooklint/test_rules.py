"""Every rule speaks where it should and is silent beside it; the mended form says how it is done."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from agmonitor.hooklint.lint import Linted, lint
from agmonitor.hooklint.remarks import Rule

HEAD = """\
from availability_group.api import EventId, NodeRole, get_node_state, subscribe
from main_app import app
"""
TAIL = "subscribe(EventId.NODE_ROLE_CHANGED, on_role)\n"


def linted(tmp_path: Path, code: str, **others: str) -> Linted:
    folder = tmp_path / "zone_sync"
    folder.mkdir()
    (folder / "__init__.py").write_text("type = 'api'\nsub_pages = []\n")
    (folder / "zone_sync_page.py").write_text(textwrap.dedent(code))
    for name, text in others.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return lint(tmp_path)


def rules(tmp_path: Path, body: str, head: str = HEAD, tail: str = TAIL, **others: str) -> set[Rule]:
    return {remark.rule for remark in linted(tmp_path, head + textwrap.dedent(body) + tail, **others).remarks}


GOOD = """
def on_role(event, **_):
    if not event.previous:
        return
    if event.new == NodeRole.PRIMARY:
        app.logger.info("took over")
"""


def test_a_careful_hook_is_clean(tmp_path: Path) -> None:
    told = linted(tmp_path, HEAD + GOOD + TAIL)

    assert (told.remarks, told.exit_code) == ((), 0)
    (hook,) = told.hooks
    assert (hook.workflow, hook.callback, hook.file) == (
        "zone_sync",
        "on_role",
        "zone_sync/zone_sync_page.py",
    )


def in_good(work: str) -> str:
    """Work done by a hook that minds its role."""
    return GOOD.replace('app.logger.info("took over")', work)


NET = (
    HEAD + "import requests, urllib.request, socket, httpx, subprocess, time\nfrom flask import g, jsonify\n"
)
CASES = [
    # role
    (Rule.NO_ROLE_CHECK, HEAD, "def on_role(event, **_):\n    print(event.previous)\n"),
    (
        None,
        HEAD,
        "def on_role(event, **_):\n    if get_node_state().node_role == NodeRole.PRIMARY: print()\n",
    ),
    (Rule.NO_ROLE_CHECK_AT_START, HEAD, "def on_role(event, **_):\n    print(event.new)\n"),
    (None, HEAD, "role = get_node_state().node_role\ndef on_role(event, **_):\n    print(event.new)\n"),
    (None, HEAD, "def on_role(event, **_):\n    handle(event)\n"),
    # previous
    (
        Rule.PREVIOUS_INVERTED,
        HEAD,
        """
        def on_role(event, **_):
            if event.previous:
                app.logger.info(f"started with role {event.new}")
            else:
                app.logger.info(f"role changed from {event.previous} to {event.new}")
        """,
    ),
    (
        Rule.PREVIOUS_INVERTED,
        HEAD,
        """
        def on_role(event, **_):
            if event.previous is None:
                app.logger.info("%s -> %s", event.previous, event.new)
        """,
    ),
    (
        Rule.PREVIOUS_INVERTED,
        HEAD,
        """
        def on_role(event, **_):
            if event.previous != "":
                app.logger.info("node has started as %s", event.new)
        """,
    ),
    (
        None,
        HEAD,
        """
        def on_role(event, **_):
            if event.previous:
                app.logger.info("%s -> %s", event.previous, event.new)
            else:
                app.logger.info("started with role %s", event.new)
        """,
    ),
    # names
    (Rule.UNKNOWN_NAME, HEAD + "from availability_group.api import Role\n", GOOD),
    (Rule.UNKNOWN_NAME, HEAD, GOOD.replace("NodeRole.PRIMARY", "NodeRole.MASTER")),
    (Rule.UNKNOWN_NAME, HEAD, GOOD.replace("NodeRole.PRIMARY", "Role.PRIMARY")),
    (Rule.UNKNOWN_NAME, HEAD, GOOD.replace("NodeRole.PRIMARY", "'master'")),
    (Rule.UNKNOWN_NAME, HEAD, GOOD.replace("event.new", "event.role") + "    print(event.new)\n"),
    (None, HEAD + "from availability_group.api import DnsConnectionState, NodeState\n", GOOD),
    (None, HEAD + "class Role:\n    PRIMARY = 'primary'\n", GOOD.replace("NodeRole.PRIMARY", "Role.PRIMARY")),
    (None, HEAD, GOOD.replace("NodeRole.PRIMARY", "'primary'")),
    # time limits
    (Rule.NO_TIME_LIMIT, NET, in_good("requests.get('http://x')")),
    (Rule.NO_TIME_LIMIT, NET, in_good("requests.get('http://x', timeout=None)")),
    (None, NET, in_good("requests.get('http://x', timeout=5)")),
    (None, NET, in_good("requests.get('http://x', **OPTIONS)")),
    (Rule.NO_TIME_LIMIT, NET, in_good("requests.Session().post('http://x')")),
    (Rule.NO_TIME_LIMIT, NET + "session = requests.Session()\n", in_good("session.post('http://x')")),
    (None, NET + "session = {}\n", in_good("session.get('x')")),
    (Rule.NO_TIME_LIMIT, NET, in_good("urllib.request.urlopen('http://x')")),
    (None, NET, in_good("urllib.request.urlopen('http://x', None, 5)")),
    (Rule.NO_TIME_LIMIT, NET, in_good("socket.create_connection(('x', 1))")),
    (None, NET, in_good("socket.create_connection(('x', 1), 5)")),
    (Rule.NO_TIME_LIMIT, NET, in_good("socket.socket().connect(('x', 1))")),
    (None, NET, in_good("s = socket.socket(); s.settimeout(5); s.connect(('x', 1))")),
    (Rule.NO_TIME_LIMIT, NET, in_good("httpx.get('http://x', timeout=None)")),
    (None, NET, in_good("httpx.get('http://x')")),
    (Rule.NO_TIME_LIMIT, NET, in_good("subprocess.run(['x'])")),
    (Rule.NO_TIME_LIMIT, NET + "def push():\n    requests.put('http://x')\n", in_good("push()")),
    (None, NET + "def push():\n    requests.put('http://x')\n", GOOD),
    # endings
    (Rule.NEVER_ENDS, NET, in_good("time.sleep(30)")),
    (Rule.NEVER_ENDS, NET, in_good("time.sleep(app.delay)")),
    (None, NET, in_good("time.sleep(0.2)")),
    (Rule.NEVER_ENDS, HEAD, GOOD + "    while True:\n        for _ in range(3):\n            break\n"),
    (None, HEAD, GOOD + "    while True:\n        if app.done:\n            break\n"),
    # place
    (Rule.OUTSIDE_A_REQUEST, NET, in_good("g.user.get_api()")),
    (None, NET + "def page():\n    return jsonify(g.user)\n", GOOD),
    (Rule.CANNOT_BE_CALLED, HEAD, "def on_role():\n    get_node_state()\n"),
    (Rule.CANNOT_BE_CALLED, HEAD, "def on_role(event, more):\n    get_node_state()\n"),
    (None, HEAD, "def on_role(event, more=None):\n    get_node_state()\n"),
]


@pytest.mark.parametrize(("rule", "head", "body"), CASES)
def test_a_rule_speaks_on_one_side_of_its_limit(
    tmp_path: Path, rule: Rule | None, head: str, body: str
) -> None:
    assert rules(tmp_path, body, head) == ({rule} if rule is not None else set())


def test_every_rule_is_reached() -> None:
    apart = {Rule.UNREADABLE, Rule.SUBSCRIBED_AGAIN, Rule.NOT_FOLLOWED}

    assert {rule for rule, _, _ in CASES if rule is not None} == set(Rule) - apart


@pytest.mark.parametrize(
    ("tail", "found"),
    [
        (
            "@route(app, '/x')\ndef page():\n    subscribe(EventId.NODE_ROLE_CHANGED, on_role)\n",
            {Rule.SUBSCRIBED_AGAIN},
        ),
        ("def set_up():\n    subscribe(EventId.NODE_ROLE_CHANGED, on_role)\nset_up()\n", set()),
        ("subscribe('node_role_changed', on_role)\n", {Rule.UNKNOWN_NAME}),
        ("subscribe(EventId.NODE_LOST, on_role)\n", {Rule.UNKNOWN_NAME}),
        ("subscribe(event_id=EventId.NODE_ROLE_CHANGED, callback=on_role)\n", set()),
        ("for each in (on_role,):\n    subscribe(EventId.NODE_ROLE_CHANGED, each)\n", {Rule.NOT_FOLLOWED}),
        ("def hook(f):\n    subscribe(EventId.NODE_ROLE_CHANGED, f)\n", {Rule.NOT_FOLLOWED}),
        (
            "def made():\n    return on_role\nsubscribe(EventId.NODE_ROLE_CHANGED, made())\n",
            {Rule.NOT_FOLLOWED},
        ),
    ],
)
def test_where_and_what_is_subscribed(tmp_path: Path, tail: str, found: set[Rule]) -> None:
    assert rules(tmp_path, GOOD, tail=tail) == found


@pytest.mark.parametrize(
    ("code", "mended"),
    [
        ("from availability_group.api import foo\n", "import EventId, NodeRole"),
        ("from availability_group.api import Role\n", "import NodeRole"),
        (HEAD + GOOD.replace("event.previous", "event.old") + TAIL, "event.previous"),
        (HEAD + GOOD.replace("event.new", "event.role") + TAIL, "event.new"),
    ],
)
def test_an_unknown_name_is_mended_by_the_one_that_is_meant(tmp_path: Path, code: str, mended: str) -> None:
    (told,) = {one for one in linted(tmp_path, code).remarks if one.rule is Rule.UNKNOWN_NAME}

    assert mended in told.mended


@pytest.mark.parametrize(
    "code",
    [
        "import availability_group.api\n{def_}availability_group.api.subscribe('e', on_role)\n",
        "from availability_group import api as ag\n{def_}ag.subscribe('e', on_role)\n",
        "from availability_group.api import subscribe as watch\n{def_}watch('e', on_role)\n",
        "from functools import partial\n{api}{def_}subscribe('e', partial(on_role, more=1))\n",
        "{api}subscribe('e', lambda event: requests.get(event.new or event.previous))\n",
        "{api}from .work import work\nsubscribe('e', work.on_role)\n",
        "{api}from . import work\nsubscribe('e', work.on_role)\n",
        "{api}from .work import Work\nthing = Work()\nsubscribe('e', thing.on_role)\n",
    ],
)
def test_the_callback_is_found_however_it_is_named(tmp_path: Path, code: str) -> None:
    def_ = "def on_role(event, **_):\n    requests.get(event.new, event.previous)\n"
    work = f"""\
import requests

{def_}

class Work:
    def on_role(self, event, **_):
        self.push(event.new, event.previous)

    def push(self, *what):
        requests.get(what)

work = Work()
"""
    code = code.replace("{def_}", def_).replace("{api}", "from availability_group.api import subscribe\n")
    told = linted(tmp_path, "import requests\n" + code, work=work)

    assert Rule.NO_TIME_LIMIT in {remark.rule for remark in told.remarks}, told


def test_a_remark_names_file_line_reason_and_a_mended_form_that_is_python(tmp_path: Path) -> None:
    code = NET + "def push():\n    requests.put('http://x', data=1)\n" + in_good("push()") + TAIL
    (remark,) = linted(tmp_path, code).remarks

    assert (remark.file, remark.line, remark.callback) == ("zone_sync/zone_sync_page.py", 6, "on_role")
    assert "called by way of push" in remark.why
    assert remark.mended == "requests.put('http://x', data=1, timeout=5)"


def test_the_mended_forms_are_python(tmp_path: Path) -> None:
    for number, (rule, head, body) in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        for remark in linted(folder, head + textwrap.dedent(body) + TAIL).remarks:
            assert rule is not None
            text = remark.mended.replace("…", "...")
            ast.parse(text + " ..." if text.endswith(":") else text)
            assert remark.why.endswith(".")
