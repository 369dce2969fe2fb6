"""Finds and ends every process of a rehearsal: cdktf's terraform runs in a session of its own, and provider plugins outlive it."""

import os
import signal
import subprocess
import time
from pathlib import Path

PATIENCE_SECONDS = 10.0


def end_all(mark: str) -> None:
    """Kill every process whose environment holds the text ``mark``, and those they start meanwhile, until there is none.

    Raises TimeoutError where one does not end.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while alive := find(mark):
        for process in alive:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {', '.join(map(str, alive))} do not end")
        time.sleep(0.05)


def find(mark: str) -> list[int]:
    """The ids of this user's processes whose environment holds ``mark``; not this process, nor the dead that wait for their parent."""
    proc = Path("/proc")
    found = _in_proc(proc, mark.encode()) if (proc / "self/environ").exists() else _in_ps(mark)
    return [process for process in found if process != os.getpid()]


def _in_proc(proc: Path, mark: bytes) -> list[int]:
    found = []
    for entry in proc.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # Empty for the dead.
            if mark in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _in_ps(mark: str) -> list[int]:
    # macOS and the BSDs: -E adds the environment to the command.
    listing = subprocess.run(["ps", "-axEww", "-o", "pid=,command="], capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in listing.splitlines() if mark in line]
