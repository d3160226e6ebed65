"""Every text that the window may show goes through ``t`` or ``tn``, or no translator would ever see it.

Read off the syntax: a literal is a text where it reads like one, and no other rule says what it is for. What
other packages word, such as the domain's sentences, is not looked at.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent.parent / "agmonitor"
MODULES = sorted(path for package in ("ui", "failover") for path in (PROGRAM / package).glob("*.py"))

READS_LIKE_TEXT = re.compile(r"\w +[^\W\d_]{2,}|^\W*[A-Z][a-z]|^\W*[A-Z' ]{4,}$|[a-z]…$")
LONE_WORD = re.compile(r"\W*[a-z]{2,}\W*")  # a text where it is chosen among others or given back
LETTERS = re.compile(r"[^\W\d_]")
FIELD = "\ufffc"  # stands for what an f-string fills in
KEY = r"((Ctrl|Alt|Shift)\+)*([A-Z]|F?\d+|Esc|Del|Home|End|Left|Right|Up|Down|PgUp|PgDn|PgDown|Menu)"
# What a literal may be instead of a text, by its looks.
NO_TEXT = (
    re.compile(rf"[\w{FIELD}-]*([_.][\w{FIELD}-]+)+"),  # a name: tab_3, gw-1.png, url.first
    re.compile(
        rf"[\W\d]*{FIELD}?\W*(ms|s|min|h|d|y|px|agmonitor)?(\W+{FIELD}\W*(ms|s|min|h|d)?)*\W*"
    ),  # units
    re.compile(rf"\W*({KEY})(, ({KEY}))*"),
    re.compile(r"(?s).*[\w-]+: [^;]*;.*"),  # a style sheet
    re.compile(r"(%[A-Za-z]|\W)+"),  # a date's format
)
# What takes words that nobody is shown.
TAKERS = frozenset(
    ["OutOfTurnError", "setObjectName", "setProperty", "setStyleSheet", "setValue", "TypeVar", "create_task"]
)
# What takes no text itself, but a function beside it may: keys of dialogs, and parts of strings.
DIRECTLY = frozenset(
    [
        "t",
        "tn",
        "tc",
        "open",
        "_open",
        "_there",
        "_ask_for_group",
        "get",
        "startswith",
        "removeprefix",
        "replace",
    ]
)
NAMES = frozenset(["accessible_role", "__slots__"])
CODES = frozenset(
    ["muted", "mistake", "caption", "heading", "first", "second", "name"]
)  # of labels and fields
DISPLAY_GONE = (
    "the display has ended the window; what was recorded is kept. Start it again on a display "
    "that is there, or look from here with: agmonitor status, agmonitor watch."
)
KEPT = {  # what is none that a person reads, and why
    ("app.py", "Fusion"): "Qt's style",
    ("app.py", DISPLAY_GONE): "told on the terminal, whose words are English",
    ("drill_session.py", "under way"): "an enumeration's value",
    ("due_windows.py", "last heartbeat"): "a phase's name in the history",
    ("hook_marks.py", "it was still running."): "the end of an event's sentence in the history",
    ("motion.py", "SettingChanged"): "a signal of the desktop's",
    ("motion.py", "ReadOne"): "a method of the desktop's",
    ("name_facts.py", "A {}"): "a DNS record",
    ("past.py", "agmonitor history open FILE --at {}"): "a command",
    ("phrases.py", " UTC"): "a zone, which is read back",
    ("remembered.py", "folded"): "kept in the settings of the window",
    ("remembered.py", "open"): "kept in the settings of the window",
    ("trial_panel.py", "SHA-256 {}"): "a fingerprint's kind",
    ("trial_session.py", "name in the making"): "a stand-in that is never shown",
    ("group_form.py", "name in the making"): "a stand-in that is never shown",
    ("machine.py", "HTTP {}"): "a protocol's word",
}


def uses(tree: ast.AST) -> Iterator[tuple[ast.expr, tuple[ast.AST, ...]]]:
    """Each literal text that is used as a value, with the nodes round it, outermost first."""

    def within(
        node: ast.AST, round_it: tuple[ast.AST, ...]
    ) -> Iterator[tuple[ast.expr, tuple[ast.AST, ...]]]:
        if isinstance(node, ast.Constant | ast.JoinedStr):
            yield node, round_it
        for child in ast.iter_child_nodes(node):
            if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
                yield from within(child, (*round_it, node))

    yield from within(tree, ())


def words_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    assert isinstance(node, ast.JoinedStr)
    parts = (part.value if isinstance(part, ast.Constant) else FIELD for part in node.values)
    return "".join(str(part) for part in parts)


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def takes_no_text(outer: ast.AST, inside: ast.AST) -> bool:
    """Whether what stands at that place of ``outer`` is for the program: a key, an operand, an annotation."""
    if isinstance(outer, ast.Dict):
        return inside in outer.keys
    if isinstance(outer, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id in NAMES for one in outer.targets)
    places = ("slice", "format_spec", "annotation", "returns")
    at_one = any(getattr(outer, place, None) is inside for place in places)
    return at_one or isinstance(outer, ast.Compare | ast.Assert)


def is_for_the_program(node: ast.expr, round_it: tuple[ast.AST, ...]) -> bool:
    """A docstring, what only the program reads, or the word of one of ``TAKERS``."""
    inside: ast.AST = node
    for outer in reversed(round_it):
        if takes_no_text(outer, inside) or (isinstance(outer, ast.Expr) and inside is node):
            return True
        takes = name_of(outer) if isinstance(outer, ast.Call) else ""
        if takes in TAKERS or (takes in DIRECTLY and inside is node):
            return True
        if isinstance(outer, ast.stmt):
            return False
        inside = outer
    return False


def reads_like_text(node: ast.expr, words: str, outer: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return LETTERS.search(words) is not None
    given = isinstance(outer, ast.IfExp | ast.BoolOp | ast.Dict | ast.Return) and words not in CODES
    return bool(READS_LIKE_TEXT.search(words) or (given and LONE_WORD.fullmatch(words)))


def unmarked(source: str) -> list[tuple[int, str]]:
    """The texts of a module that no translator would see, with their lines."""
    found = []
    for node, round_it in uses(ast.parse(source)):
        words = words_of(node)
        if words is None or is_for_the_program(node, round_it):
            continue
        if reads_like_text(node, words, round_it[-1]) and not any(rule.fullmatch(words) for rule in NO_TEXT):
            found.append((node.lineno, words.replace(FIELD, "{}")))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_text_of_the_window_can_be_translated(path: Path) -> None:
    found = [
        f"{path.name}:{line}: {words!r}"
        for line, words in unmarked(path.read_text(encoding="utf-8"))
        if (path.name, words) not in KEPT
    ]

    assert not found, "these texts need t() or tn() from agmonitor.texts, or a reason in KEPT"


SHOWN = """
label = QLabel("Nothing is watched", self)
word = "none" if empty else f"{count} found"
"""
PROGRAMS_OWN = """
label.setObjectName("page title")
if word == "not known" or key.startswith("no answer"):
    pick = {"All of it": t("All of it")}["All of it"]
    label.setStyleSheet(f"color: {red};")
wait = f"{delay_s:.0f} s"
"""


def test_a_text_is_told_from_what_only_the_program_reads() -> None:
    assert unmarked(SHOWN) == [(2, "Nothing is watched"), (3, "none"), (3, "{} found")]
    assert unmarked(PROGRAMS_OWN) == []


def wrong_calls(source: str) -> Iterator[tuple[int, str]]:
    """Marks that cannot be gathered, or that lack a value that their text names."""
    tree = ast.parse(source)
    filled_in = {
        inside for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for inside in ast.walk(one)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or name_of(call) not in {"t", "tn", "tc", "phrase"}:
            continue
        texts = call.args[: 1 if name_of(call) in {"t", "phrase"} else 2]
        templates = [
            one.value for one in texts if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if call in filled_in:
            yield call.lineno, "stands in an f-string, where it is not gathered"
        if len(templates) < len(texts):
            yield call.lineno, "is no literal"
            continue
        given = {keyword.arg for keyword in call.keywords} | ({"n"} if name_of(call) == "tn" else set())
        parsed = [string.Formatter().parse(one) for one in templates]
        named = {field for one in parsed for _, field, _, _ in one if field is not None}
        lacking = named - given if given else set()
        if lacking or given - named - {"n"}:
            yield call.lineno, f"names {sorted(named)} and is given {sorted(map(str, given))}"


@pytest.mark.parametrize("package", sorted(path.name for path in PROGRAM.iterdir() if path.is_dir()))
def test_every_mark_can_be_gathered_and_filled(package: str) -> None:
    wrong = [
        f"{path.relative_to(PROGRAM)}:{line} {what}"
        for path in sorted((PROGRAM / package).rglob("*.py"))
        for line, what in wrong_calls(path.read_text(encoding="utf-8"))
    ]

    assert wrong == []
