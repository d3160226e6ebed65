"""Questions go by an index that leads to what is asked for, however much lies in the file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from agmonitor.history import queries, ranges_curves, resuming, story
from agmonitor.history.opening import connect

NEWEST = "PRIMARY KEY (group_id=? AND seq<?)"  # one leap to its end
PLANS = [
    (queries, "_PACKS", 4, ["INDEX packs_by_time (group_id=? AND until_ms>? AND until_ms<?)"]),
    (ranges_curves, "_PACKS", 4, ["INDEX packs_by_time (group_id=? AND until_ms>? AND until_ms<?)"]),
    (story, "_FIRST", 0, ["COVERING INDEX packs_by_time (group_id=? AND until_ms>?)"]),
    (
        story,
        "_LAST",
        0,
        [
            "PRIMARY KEY (group_id=? AND seq=?)",
            "COVERING INDEX packs_by_time (group_id=? AND until_ms<?)",
        ],
    ),
    (story, "_PACKS", 3, ["PRIMARY KEY (group_id=? AND seq>? AND seq<?)", NEWEST]),
    (resuming, "_PACKS", 2, ["PRIMARY KEY (group_id=? AND seq>?)", NEWEST]),
]


@pytest.mark.parametrize(("module", "name", "values", "ways"), PLANS)
def test_a_question_opens_no_more_packs_than_it_is_about(
    module: ModuleType, name: str, values: int, ways: list[str], tmp_path: Path
) -> None:
    told = (1,) * values if values else {"group": 1, "at": 1}
    with closing(connect(tmp_path / "history.db")) as file:
        steps = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {getattr(module, name)}", told)]

    assert [step.partition(" packs USING ")[2] for step in steps if " packs USING " in step] == ways
