"""``agmonitor history``: what was recorded: told again, checked, carried away as a file, looked at."""

from __future__ import annotations

import click

from agmonitor.cli.faults import VerbGroup
from agmonitor.cli.history_audit import audit
from agmonitor.cli.history_copy import copy_past
from agmonitor.cli.history_exchange import export_past, import_past
from agmonitor.cli.history_marks import acknowledge, note
from agmonitor.cli.history_open import open_past
from agmonitor.cli.history_replay import replay
from agmonitor.cli.history_show import show

EXAMPLES = """\b
Examples:
  agmonitor history show --from yesterday           what the night came to, in numbers
  agmonitor history note gw-prod "switch replaced"  pin a note to now
  agmonitor history replay gw-prod --from 2h        the last two hours' events again
  agmonitor history replay --check                  do the stored inputs still give the stored events?
  agmonitor history export gw-prod --from 2h FILE   carry them away; import takes them in elsewhere
  agmonitor history copy /backup/history.db         all of it, whole, while it is being written
  agmonitor history open example                    the window on a past incident
  agmonitor history audit --verify                  every failover ordered from here, proven unchanged
"""


@click.group(cls=VerbGroup, epilog=EXAMPLES)
def history() -> None:
    """Show, mark, tell again, check, export, import, copy and open what was recorded."""


for verb in (show, note, acknowledge, replay, export_past, import_past, copy_past, open_past, audit):
    history.add_command(verb)
