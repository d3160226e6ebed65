"""README says what is so: the lab's choices and the import layers stand there as the program has them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from agmonitor.protocol.diagram import state_diagram
from agmonitor.protocol.table import choices

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def choices_table() -> str:
    rows = [f"| {rule.number} | {rule.words} |" for rule in choices()]
    return "\n".join(["| rule | our choice |", "|---|---|", *rows])


def test_every_choice_of_the_lab_stands_in_readme() -> None:
    between = README.split("<!-- choices -->")[1].split("<!-- /choices -->")[0].strip()

    assert between == choices_table(), (
        "print tests.test_readme.choices_table() and paste it between the marks"
    )


def diagram() -> str:
    return f"```mermaid\n{state_diagram()}\n```"


def test_the_state_diagram_is_the_rule_table_s_own() -> None:
    between = README.split("<!-- diagram -->")[1].split("<!-- /diagram -->")[0].strip()

    assert between == diagram(), "print tests.test_readme.diagram() and paste it between the marks"


def test_every_package_stands_in_the_import_table_and_the_map() -> None:
    table = README.split("### Who may import whom")[1].split("### The map")[0]
    tree = README.split("### The map")[1].split("## The lab")[0]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = [name for line in contracts[0]["layers"] for name in line.split(" | ")]

    assert [name for name in layers if f"`{name}`" not in table] == []
    assert [name for name in layers if name != "__main__" and name not in tree] == []
