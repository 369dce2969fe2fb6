"""How a command ends early: with one line that says what to do."""

import sys
from collections.abc import Callable

FAILED = 1
NOT_HERE = 2


class Stop(Exception):
    """Nothing more can be done. Its text is one line for a person; ``code`` is the exit code.

    FAILED: something went wrong. NOT_HERE: a provider plugin or an emulator cannot be installed on this machine.
    """

    def __init__(self, text: str, code: int = FAILED) -> None:
        super().__init__(text)
        self.code = code


def run(command: Callable[[], None], interrupted: str = "Interrupted. Run the same command again: it goes on from where it was.") -> int:
    """Run ``command`` and return the exit code, with a Stop's text, or ``interrupted`` on Ctrl-C, on stderr instead of a traceback."""
    try:
        command()
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
    return 0
