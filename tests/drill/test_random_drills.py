"""The monitor judged over many random drills, and how they are counted, told and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agmonitor.cli.drill_random import progress_words
from agmonitor.drill.oracle import Charge, Fault, Finding
from agmonitor.drill.oracle_case import NAMES
from agmonitor.drill.random_many import scored
from agmonitor.drill.random_run import Outcome, run
from agmonitor.drill.random_story import CLEAN, told
from agmonitor.drill.schedule import LEAST_S, plan
from agmonitor.drill.score import Score
from agmonitor.protocol.faults import FAULTS

COMMAND = (sys.executable, "-m", "agmonitor", "drill")
PATIENCE_S = 120.0


def test_nothing_is_false_missed_or_late_over_random_drills() -> None:
    score = scored(1, 24, lambda _: None)

    assert score.runs == 24
    assert score.is_clean, list(score.lines(1.0))
    assert score.virtual_s >= 24 * LEAST_S


@pytest.mark.long
def test_nothing_is_false_missed_or_late_over_thousands_of_random_drills() -> None:
    score = scored(100_000, 3_000, lambda _: None)

    assert score.is_clean, list(score.lines(1.0))
    assert all(tally.visible for tally in score.findings.values()), "every critical state occurred"


def test_every_plan_lasts_a_quarter_of_an_hour_and_holds_three_faults() -> None:
    plans = [plan(seed) for seed in range(500)]

    assert all(drawn.length_s >= LEAST_S and len(drawn.faults) >= 3 for drawn in plans)
    assert {fault.name for drawn in plans for fault in drawn.faults} == set(FAULTS)
    assert sum(drawn.cadence_s == 2.0 for drawn in plans) > len(plans) / 3
    assert plan(7) == plan(7)


def test_the_same_seed_gives_the_same_outcome() -> None:
    assert run(11) == run(11)


def test_the_same_seed_gives_the_same_course_in_any_process() -> None:
    """Seed 525 asks both nodes again at one instant, and sets are in another order in each process."""
    course = (
        "from agmonitor.drill.random_run import run; course = [];"
        "run(525, lambda _, watcher: watcher.on_change(lambda at, item, *_: course.append((at, item))));"
        "print(course)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", course],
            env={**os.environ, "PYTHONHASHSEED": order},
            stdout=subprocess.PIPE,
            text=True,
        )
        for order in ("1", "2")
    ]
    first, second = (process.communicate(timeout=PATIENCE_S)[0] for process in processes)

    assert first == second
    assert first.count("NodeObservation") > 100


def test_the_score_does_not_depend_on_how_the_runs_were_shared_out() -> None:
    alone, shared = scored(5, 4, lambda _: None, processes=1), scored(5, 4, lambda _: None, processes=2)

    assert alone.as_json(1.0) == shared.as_json(1.0)


def test_a_run_is_told_in_words() -> None:
    lines = list(told(11))

    assert lines[0].startswith("Seed 11: ")
    assert any("plan    kill gw-2" in line for line in lines)
    assert any("truth" in line and "gw-2 is dead" in line for line in lines)
    assert any("says" in line and "node_lost" in line for line in lines)
    assert lines[-1] == CLEAN


def test_the_document_names_every_critical_finding() -> None:
    document = Score().as_json(0.0)

    assert set(document) == {
        "runs",
        "wall_s",
        "virtual_s",
        "false_alarms",
        "missed",
        "late",
        "worst_lateness_s",
        "by_finding",
        "worst_seeds",
    }
    assert set(document["by_finding"]) == set(NAMES.values())  # type: ignore[call-overload]


def test_the_verb_prints_the_document_and_exits_clean() -> None:
    done = subprocess.run(
        [*COMMAND, "--random", "2", "--seed", "1", "--json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    document = json.loads(done.stdout)
    assert (done.returncode, document["runs"], document["false_alarms"]) == (0, 2, 0)
    assert document["virtual_s"] >= 2 * LEAST_S


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_scores_what_was_done_and_leaves_no_process_behind(number: signal.Signals) -> None:
    running = subprocess.Popen(
        [*COMMAND, "--random", "100000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    _wait(lambda: len(_of_session(running.pid)) > 2)

    running.send_signal(number)
    out, err = running.communicate(timeout=PATIENCE_S)

    assert running.returncode == 130
    assert out.splitlines()[0].endswith("after it was there to be seen.")
    assert err.splitlines()[-1].endswith("of 100000 runs were made.")
    assert "leaked" not in err
    assert "Traceback" not in err
    _wait(lambda: not _of_session(running.pid))


def test_progress_names_the_seeds_that_went_wrong() -> None:
    score = Score()
    score.add(_judged(7))
    score.add(_judged(9, Charge(Fault.LATE, 23, 1.0, 2.0)))

    assert progress_words(score, 10, 60.0) == "2 of 10 runs, 2 a minute; 0 false, 0 missed, 1 late; seeds 9"


def test_one_run_is_told_as_one() -> None:
    score = Score()
    score.add(_judged(7))

    assert next(score.lines(1.0)).startswith("1 run, ")


def _judged(seed: int, *charges: Charge) -> Outcome:
    return Outcome(seed, 900.0, 10, (Finding(23, 1, 1, 1, 0.0, charges),))


def test_its_processes_end_with_it_even_where_it_is_killed() -> None:
    running = subprocess.Popen(
        [*COMMAND, "--random", "100000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _wait(lambda: len(_of_session(running.pid)) > 2)

    running.kill()
    running.wait(PATIENCE_S)

    _wait(lambda: not _of_session(running.pid))


def _of_session(session: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == session and _lives(process):
                found.append(int(process.name))
        except ProcessLookupError:
            continue
    return found


def _lives(process: Path) -> bool:
    try:
        return (process / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _wait(holds: object) -> None:
    assert callable(holds)
    ends_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.05)  # noqa: TID251 - a condition of other processes
