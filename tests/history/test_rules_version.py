"""What the rules make of a fixed recording is pinned for their version: no output changes unnoticed."""

from __future__ import annotations

from agmonitor.domain.findings import RULES_VERSION
from tests.history.corpus import digest

DIGESTS: dict[int, str] = {
    1: "699009b296933ffd",
    2: "2356555e805667db",
    3: "fbff193ab9173832",
    4: "a7621c4329861d3b",
    5: "a7621c4329861d3b",
    6: "b7ecbb25aeefbc97",
    7: "b7ecbb25aeefbc97",
    8: "7ba069f9272cd910",
    9: "7a363039ce6f222b",
    10: "7ba069f9272cd910",
}
"""By version of the rules; old ones stay as a record."""
ADVICE = """
The rules judge tests/history/corpus.agmrec otherwise than RULES_VERSION {version} did.
If that is meant: raise RULES_VERSION in agmonitor/domain/findings.py to {next} and add {next}: "{found}" to
DIGESTS in tests/history/test_rules_version.py. What was recorded before then replays as judged differently,
not as damaged. If it is not meant: find out what changed.
"""


def test_the_rules_judge_the_corpus_as_their_version_did() -> None:
    found = digest()

    advice = ADVICE.format(version=RULES_VERSION, next=max(DIGESTS) + 1, found=found)
    assert DIGESTS.get(RULES_VERSION) == found, advice
