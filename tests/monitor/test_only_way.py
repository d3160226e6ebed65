"""One way to the PUT: the operation calls the prober, the prober calls the door, and nobody else does."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent / "agmonitor"
NAME = "order_failover"
PUT_BY = {"gateway/actions.py"}  # the one request
CALLED_BY = {"monitor/prober.py", "monitor/operation.py"}  # the real one, through the port
SIMULATED = {"drill/virtual.py", "drill/random_run.py", "protocol/whatif.py"}  # of a world, not of a Gateway
OTHERS = {"protocol/world/world.py", "protocol/world/asking.py", "cli/failover.py"}


def _mentions(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == NAME:
            return True
        if isinstance(node, ast.Name) and node.id == NAME:
            return True
        if isinstance(node, ast.Constant) and node.value == NAME:  # getattr
            return True
    return False


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nobody_but_the_operation_and_the_prober_asks_for_the_put() -> None:
    found = {_named(path) for path in ROOT.rglob("*.py") if _mentions(path)}

    assert found - SIMULATED - OTHERS == CALLED_BY


def test_the_verb_only_calls_the_wiring_of_the_same_name() -> None:
    text = (ROOT / "cli" / "failover.py").read_text(encoding="utf-8")

    assert "from agmonitor.cli.failover_wiring import order_failover" in text


def test_the_path_of_the_call_is_written_in_one_place_outside_the_lab() -> None:
    found = {
        _named(path)
        for path in ROOT.rglob("*.py")
        if "/ag/api/v1/failover" in path.read_text(encoding="utf-8") and path.parts[-3:-1] != ("node", "api")
    }

    assert {one for one in found if not one.startswith("lab/")} == PUT_BY


def test_a_put_is_sent_by_the_door_alone() -> None:
    found = set()
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(_says_put(node) for node in ast.walk(tree)):
            found.add(_named(path))

    assert {one for one in found if not one.startswith("lab/")} == PUT_BY


def _says_put(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in {"PUT", b"PUT"}


def test_no_client_is_asked_for_a_put_by_its_own_word() -> None:
    found = set()
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute))
        if ("httpx" in text or "httpcore" in text) and any(node.attr == "put" for node in calls):
            found.add(_named(path))

    assert {one for one in found if not one.startswith("lab/")} == set()


def test_only_the_prober_imports_the_door() -> None:
    found = {
        _named(path)
        for path in ROOT.rglob("*.py")
        if "gateway.actions" in path.read_text(encoding="utf-8") and _named(path) not in PUT_BY
    }

    assert {one for one in found if one != "failover.py"} == {"monitor/prober.py"}
