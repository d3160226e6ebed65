"""Alerts shared out among the programs that watch one group: sent here, or kept back for who sends them.

What holds, whichever of them ends, is killed or is stopped at whatever moment:

* What another one sends is kept back here until its word for it is read. Where that one ceases to send, all
  that came after its last word is sent from here, in its order.
* What was told last of each group is compared with how it stands here. Where they differ for longer than it
  takes to judge, or the last word may not have got out, the present state is told: so nothing that goes on is
  left untold, and nothing that is over is left standing, though this program never saw it begin. So too a
  door that failed is tried again, and one that is new is told what stands.
* An alert comes twice only where its sender ended between sending it and writing that down, was stopped and
  went on in the very moment, or where two programs began to watch a group in the same second.
* A trouble that began and ended while nobody could send is told by whoever judged it; with nobody there, by
  nobody.

Which of them sends is ``sending``'s business; what is an alert, ``deciding``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agmonitor.alerts.claims import STALE_LOOKS, Claim, Told
from agmonitor.alerts.deciding import Memory
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.sending import Sender, said_of
from agmonitor.alerts.standing import to_set_right
from agmonitor.domain.model import Instant

LOOK_S = 1.0
UNTOLD_S = 120.0
"""Two programs that look at one group decide the same within this."""
ASLEEP_S = 0.75 * STALE_LOOKS * LOOK_S
"""After so long without a look others may have sent for us: we look before we send."""
SELDOM_S = 3600.0
ON_WAY_S = 600.0
"""What waits at a door for longer was dropped there."""
Entry = tuple[str, str]
Key = Callable[[str], str]


class Sharing:
    """``send`` sends by a door from here. ``as_told`` and ``door_as_told`` give the words of the claims."""

    def __init__(self, sender: Sender, send: Callable[[Alert, str], None], as_told: Key, door_as_told: Key):
        self._sender, self._send = sender, send
        self._as_told, self._door_as_told = as_told, door_as_told
        self._kept_back: list[tuple[Alert, str]] = []
        self._matched: dict[Entry, Told] = {}  # last words that an alert of ours was found to be
        self._differ: dict[Entry, Instant] = {}  # since when
        self._tries: dict[Entry, int] = {}  # at setting right what differs
        self._on_way: dict[Entry, Instant] = {}  # since when
        self._looked_at: Instant | None = None

    @property
    def other(self) -> Claim | None:
        """Who sends instead of this process; None: this one does."""
        return self._sender.other

    def post(self, alert: Alert, door: str, now: Instant) -> None:
        """Send it by that door, or keep it back for who does."""
        asleep = self._looked_at is not None and now - self._looked_at > ASLEEP_S
        queued = any((one.group, by) == (alert.group, door) for one, by in self._kept_back)
        if asleep or queued or self._is_others(alert.group, door):
            self._kept_back.append((alert, door))
        elif not self._was_last_word(alert, door):
            self._send_by(alert, door, now)

    def came_of(self, alert: Alert, door: str, now: Instant, *, works: bool) -> None:
        """A door has done with it. What did not get out is left to another program, if there is one."""
        if not (key := self._door_as_told(door)):
            return
        self._sender.came_of(key, works=works)
        if alert.kind is AlertKind.TEST:
            return
        self._on_way.pop((alert.group, key), None)
        if works:
            self._sender.note(alert, key, now, sure=True)
        elif self._is_others(alert.group, door):
            self._kept_back.append((alert, door))
            self._kept_back.sort(key=lambda one: one[0].at)  # it comes before what was kept back since

    def look(self, groups: Sequence[str], doors: Sequence[str], now: Instant) -> None:
        """Look at what the others claim and told; to be followed by ``send_what_is_left``. Blocks."""
        self._sender.look(map(self._as_told, groups), map(self._door_as_told, doors), now)

    def send_what_is_left(self, now: Instant) -> None:
        """What was kept back and nobody has told or will tell."""
        self._looked_at = now
        waiting: dict[Entry, list[Alert]] = {}
        for alert, door in self._kept_back:
            if now - alert.at <= 2 * UNTOLD_S:
                waiting.setdefault((alert.group, door), []).append(alert)
        self._kept_back = []
        for (group, door), alerts in waiting.items():
            untold = self._after_last_word(alerts, door)
            if self._is_others(group, door):
                self._kept_back += [(alert, door) for alert in untold]
                continue
            for alert in untold:
                self._send_by(alert, door, now)

    def set_right(
        self, memory: Memory, group: str, takes_s: float | None, doors: Sequence[str], now: Instant
    ) -> None:
        """Tell how a group stands by those doors where what was told last of it says otherwise.

        ``takes_s``: after so long it is no more a matter of who was quicker; None: nothing can be said of it.
        """
        for door in doors:
            entry = (group, self._door_as_told(door))
            alert = to_set_right(memory, group, self._sender.last_word(*entry), now)
            if alert is None or takes_s is None:
                self._differ.pop(entry, None)
                self._tries.pop(entry, None)
                continue
            if now - self._on_way.get(entry, now - ON_WAY_S) < ON_WAY_S:
                continue
            since = self._differ.setdefault(entry, now)
            patience_s = UNTOLD_S if self._is_others(group, door) else takes_s
            if now - since >= patience_s:
                # Not again at once, whatever comes of it, and ever more seldom by a door that never works.
                tries = self._tries[entry] = self._tries.get(entry, 0) + 1
                self._differ[entry] = now + min(UNTOLD_S * 2 ** min(tries - 1, 10), SELDOM_S)
                self._send_by(alert, door, now)

    def publish(self) -> None:
        """Let the others know what was sent. Blocks."""
        self._sender.publish()

    def end(self) -> None:
        """Another one takes over."""
        self._sender.end()

    def _send_by(self, alert: Alert, door: str, now: Instant) -> None:
        if key := self._door_as_told(door):
            self._sender.note(alert, key, now, sure=False)
            self._on_way[alert.group, key] = now
        self._send(alert, door)

    def _is_others(self, group: str, door: str) -> bool:
        return self._sender.covers(self._as_told(group) if group else "", self._door_as_told(door))

    def _was_last_word(self, alert: Alert, door: str) -> bool:
        """Whether it is just what another one has told last, and we are the slower one."""
        entry = (alert.group, self._door_as_told(door))
        word = self._sender.last_word(*entry)
        if word is None or self._sender.is_ours(word) or not _same(word, alert):
            return False
        self._matched[entry] = word
        return True

    def _after_last_word(self, alerts: list[Alert], door: str) -> list[Alert]:
        """Those that came after what was told last.

        A word stands for one alert: what comes, goes and comes again is three of them.
        """
        entry = (alerts[0].group, self._door_as_told(door))
        word = self._sender.last_word(*entry)
        if word is None or word == self._matched.get(entry):
            return alerts
        places = [place for place, alert in enumerate(alerts) if _same(word, alert)]
        if places:
            self._matched[entry] = word
            nearest = min(places, key=lambda place: abs(alerts[place].at - word.at))
            return alerts[nearest + 1 :]
        return [alert for alert in alerts if not word.sure or alert.at > word.at]


def _same(word: Told, alert: Alert) -> bool:
    if not word.sure or abs(word.at - alert.at) > UNTOLD_S:
        return False
    return (word.kind, word.what) == (alert.kind.value, said_of(alert))
