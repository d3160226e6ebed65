"""Many random drills on all cores, in processes of their own that end with their parent."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker

from agmonitor.drill.random_run import Outcome, run
from agmonitor.drill.score import Score

CHUNK = 2  # runs handed to a process at a time
FEW = 3  # so many are not worth a process
SELDOM = 100_000  # values made and not yet gone before circles among them are looked for


def scored(
    first_seed: int, runs: int, tell: Callable[[Score], object], processes: int | None = None
) -> Score:
    """Run seeds from the first on; ``tell`` hears of each one that is done. Any order, same score.

    Raises:
        KeyboardInterrupt: no process is left behind.
    """
    score = Score()
    seeds = range(first_seed, first_seed + runs)
    count = processes or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if runs <= FEW or count == 1:
        for seed in seeds:
            _take(score, run(seed), tell)
        return score
    with contextlib.ExitStack() as processes_there:
        with _interrupted_later():
            pool = processes_there.enter_context(multiprocessing.get_context("spawn").Pool(count, _begin))
        for outcome in pool.imap_unordered(run, seeds, CHUNK):
            _take(score, outcome, tell)
    return score


@contextlib.contextmanager
def _interrupted_later() -> Iterator[None]:
    """Ctrl+C and SIGTERM wait meanwhile; processes started here don't hear of them before ``_begin``."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # begun by the first process, it would let both signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _take(score: Score, outcome: Outcome, tell: Callable[[Score], object]) -> None:
    score.add(outcome)
    tell(score)


def _begin() -> None:
    """A process begins: Ctrl+C is its parent's business, its parent's end is its own.

    A run makes values by the ten thousand and few circles: looking for those seldom saves a twentieth.
    """
    gc.freeze()
    gc.set_threshold(SELDOM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
