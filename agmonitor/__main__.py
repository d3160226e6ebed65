"""``python -m agmonitor`` and the installed command ``agmonitor``."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

COMPLETES = "_AGMONITOR_COMPLETE"  # set by a shell that only wants to know how a word goes on


def run() -> int:
    """Obey the command line; where it can only mean the window, that is painted before the line is read."""
    from agmonitor.cli.display import has_display  # noqa: PLC0415 - each import here delays the first paint

    if not sys.argv[1:] and COMPLETES not in os.environ and has_display():
        from agmonitor.cli.coming_back import came_back  # noqa: PLC0415 - see above

        if came_back():
            return 0
        with contextlib.suppress(ImportError):  # the window's own verb says what is missing
            from agmonitor.ui.app import paint_ahead  # noqa: PLC0415 - see above

            paint_ahead()
    from agmonitor.cli.main import main as obey  # noqa: PLC0415 - see above

    return obey()


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        code = run()
    except KeyboardInterrupt:  # this early there is nothing to say and nothing to undo
        sys.exit(130)
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        # A name lookup that hangs in the system's resolver cannot be cancelled; nobody waits for its end.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
