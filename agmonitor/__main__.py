"""``python -m agmonitor`` and the installed command ``agmonitor``."""

from __future__ import annotations

import os
import sys
import threading

try:
    from agmonitor.cli.main import main as run
except KeyboardInterrupt:  # this early there is nothing to say and nothing to undo
    sys.exit(130)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    code = run()
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        # A name lookup that hangs in the system's resolver cannot be cancelled; nobody waits for its end.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
