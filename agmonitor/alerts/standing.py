"""Whether what was told last of a group still tells how it stands, and what to tell where it does not. Pure.

Two programs that watch one group may differ: what one sees end between two rounds, the other takes for one
trouble that goes on. Where the one that sent ends, the other's own decisions alone would then leave people
with its word for ever. So the state is compared, not only the alerts.
"""

from __future__ import annotations

from agmonitor.alerts import wording
from agmonitor.alerts.claims import Told
from agmonitor.alerts.deciding import Memory
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.seeing import Seen
from agmonitor.domain.model import Instant

WELL = frozenset({AlertKind.RECOVERED.value, AlertKind.BACK.value})


def to_set_right(memory: Memory, group: str, word: Told | None, now: Instant) -> Alert | None:
    """What must be told of a group after that last word of it; nothing: the word holds, or may.

    While a group flaps nothing is known of what people believe. A word that may not have got out holds in
    neither case: what stands is told after it.
    """
    one = memory.groups.get(group)
    if one is None or one.damping.flapping or (word is not None and word.kind == AlertKind.FLAPPING.value):
        return None
    seen = Seen(group, now, ())
    sure = word is not None and word.sure
    told_wrong = word is not None and word.kind not in WELL
    if one.alarmed is not None:
        standing = tuple(each.finding for each in one.troubles if each.told is not None and each.good == 0)
        if not standing or (told_wrong and sure):
            return None
        return wording.trouble(seen, AlertKind.RAISED, standing, {standing[0].name})
    if one.troubles or word is None or (not told_wrong and sure):
        return None
    return wording.recovery(seen)
