"""Whether a callback, and what it calls within its workflow, comes to an end in time.

Hooks may run one after the other: one that waits for a host that does not answer then holds up all behind it,
and after a failover some host does not answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agmonitor.hooklint.code import Place
from agmonitor.hooklint.remarks import Remark, Rule, remark
from agmonitor.hooklint.subscriptions import Subscription, reached

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
LONGEST_SLEEP_S = 1.0
SETS_TIMEOUT = frozenset({"settimeout", "setdefaulttimeout"})

TIMED_CALLS: dict[str, int | None] = {  # the place of the time limit among the positional arguments
    **{f"requests.{verb}": None for verb in _VERBS},
    "urllib.request.urlopen": 2,
    "socket.create_connection": 1,
    "http.client.HTTPConnection": None,
    "http.client.HTTPSConnection": None,
    "smtplib.SMTP": 3,
    "smtplib.SMTP_SSL": None,
    "ftplib.FTP": 4,
    "telnetlib.Telnet": 2,
    "subprocess.run": None,
    "subprocess.call": None,
    "subprocess.check_call": None,
    "subprocess.check_output": None,
}
SESSIONS = frozenset({"requests.Session", "requests.session"})
UNLIMITED_BY_CHOICE = (
    *(f"httpx.{verb}" for verb in (*_VERBS, "stream")),
    "httpx.Client",
    "httpx.AsyncClient",
)


def too_long(hook: Subscription) -> Iterator[Remark]:
    """Network calls without a limit, sleeps, and loops with no way out."""
    if hook.callback is None:
        return
    for place in reached(hook.callback):
        nodes = list(place.body())
        for node in nodes:
            if isinstance(node, ast.Call):
                yield from _call(hook, place, node, nodes)
            elif isinstance(node, ast.While):
                yield from _loop(hook, place, node)


def _call(hook: Subscription, place: Place, node: ast.Call, nodes: list[ast.AST]) -> Iterator[Remark]:
    dotted = place.module.dotted(node.func) or ""
    if dotted == "time.sleep":
        yield from _sleep(hook, place, node)
    elif dotted == "socket.socket":
        if not any(isinstance(each, ast.Attribute) and each.attr in SETS_TIMEOUT for each in nodes):
            yield _unlimited(hook, place, node, "sock = socket.socket(…)\nsock.settimeout(5)")
    elif dotted in TIMED_CALLS:
        if not _limited(node, TIMED_CALLS[dotted]):
            yield _unlimited(hook, place, node, _with_timeout(node))
    elif dotted in UNLIMITED_BY_CHOICE:
        if any(word.arg == "timeout" and _is_none(word.value) for word in node.keywords):
            yield _unlimited(hook, place, node, _with_timeout(node))
    elif _of_session(place, node) and not _limited(node, None):
        yield _unlimited(hook, place, node, _with_timeout(node))


def _limited(node: ast.Call, position: int | None) -> bool:
    given = [word.value for word in node.keywords if word.arg == "timeout"]
    if position is not None and len(node.args) > position:
        given.append(node.args[position])
    if any(word.arg is None for word in node.keywords):  # ``**options`` may hold it
        return True
    return any(not _is_none(value) for value in given)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _of_session(place: Place, node: ast.Call) -> bool:
    """``session.get(…)`` of a ``requests.Session()`` made anywhere in the module."""
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr not in _VERBS:
        return False
    if isinstance(func.value, ast.Name):
        return place.module.instances.get(func.value.id) in SESSIONS
    return isinstance(func.value, ast.Call) and place.module.dotted(func.value.func) in SESSIONS


def _unlimited(hook: Subscription, place: Place, node: ast.Call, mended: str) -> Remark:
    through = "" if place is hook.callback else f" (called by way of {place.name})"
    why = (
        f"{ast.unparse(node.func)} waits without a limit{through}: when the other end is gone, the hook hangs"
        " and may hold up every hook behind it."
    )
    return remark(Rule.NO_TIME_LIMIT, place.module, node, why, mended, hook)


def _with_timeout(node: ast.Call) -> str:
    kept = [word for word in node.keywords if word.arg != "timeout"]
    limit = ast.keyword(arg="timeout", value=ast.Constant(5))
    return ast.unparse(ast.Call(func=node.func, args=node.args, keywords=[*kept, limit]))


def _sleep(hook: Subscription, place: Place, node: ast.Call) -> Iterator[Remark]:
    length = node.args[0] if node.args else None
    length_s = length.value if isinstance(length, ast.Constant) else None
    if isinstance(length_s, int | float) and length_s <= LONGEST_SLEEP_S:
        return
    why = f"{ast.unparse(node)} may hold up every hook behind this one: none is promised a thread of its own."
    mended = "threading.Timer(30, work).start()  # and return; look at the role again when it runs"
    yield remark(Rule.NEVER_ENDS, place.module, node, why, mended, hook)


def _loop(hook: Subscription, place: Place, node: ast.While) -> Iterator[Remark]:
    if not isinstance(node.test, ast.Constant) or not node.test.value or _leaves(node):
        return
    why = "This loop has no way out, so the hook never returns and no hook behind it is ever called."
    mended = (
        "threading.Thread(target=work, daemon=True).start()\n"
        "# and in work: while get_node_state().node_role == NodeRole.PRIMARY: …"
    )
    yield remark(Rule.NEVER_ENDS, place.module, node, why, mended, hook)


def _leaves(loop: ast.While) -> bool:
    """Whether anything in it can end the loop: not the break of an inner one."""
    waiting: list[tuple[ast.AST, bool]] = [(node, False) for node in loop.body]
    while waiting:
        node, inner = waiting.pop()
        if isinstance(node, ast.Return | ast.Raise) or (isinstance(node, ast.Break) and not inner):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            deeper = inner or isinstance(node, ast.While | ast.For | ast.AsyncFor)
            waiting += [(child, deeper) for child in ast.iter_child_nodes(node)]
    return False
