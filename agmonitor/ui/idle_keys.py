"""Keys that can do nothing just now, and the sentence that says why. Does nothing itself."""

from __future__ import annotations

from agmonitor.texts import t
from agmonitor.ui.header import REAL_GROUP
from agmonitor.ui.lab_session import LabSession
from agmonitor.ui.time_range import RANGES

OF_LAB = frozenset(("simulate", "palette", "drills"))
TABS = tuple(f"tab_{place}" for place in range(6))
OF_TIME = ("time", "zoom_in", "zoom_out", "live", "zone", *(f"range_{place}" for place in range(len(RANGES))))
OF_PAST = ("go_to", "link", "event_before", "event_after")
OF_WORDS = ("acknowledge", "note", "episodes")
OF_GROUP = frozenset(
    ("drill_step", "edit", "poll", "sign_in", "failover", "ledger", *OF_WORDS, *OF_PAST, *OF_TIME, *TABS)
)
NO_GROUP = t("No group is watched yet: Ctrl+N adds one, Ctrl+Shift+L opens the lab.")

NOTHING_TO_HEAL = t("No lab runs here, so there is nothing to heal.")


def why_idle(action: str, group: str | None, lab: LabSession) -> str:
    """What to say where that action leads nowhere with the group on show; empty: it leads somewhere."""
    if group is None and action in OF_LAB | OF_GROUP:
        return NO_GROUP
    if action in OF_LAB and group != lab.group:
        if not lab.possible:
            return REAL_GROUP
        return t(
            "{name} is a real group, and only the lab may be broken: Ctrl+Shift+L goes there.", name=group
        )
    return NOTHING_TO_HEAL if action == "heal" and lab.group is None else ""
