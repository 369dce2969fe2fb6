"""Runs one program and measures its whole process tree."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds by the clock, processor seconds, and the peak of the tree's resident memory in MiB."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float


def measure(program: Path, folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run ``program`` with this Python in ``folder``. Raises RuntimeError, with the end of its output, where it fails."""
    with tempfile.TemporaryFile() as output:
        before = os.times()
        start = time.perf_counter()
        child = subprocess.Popen([sys.executable, str(program)], cwd=folder, env=dict(environment), stdout=output, stderr=output)
        root, peak = psutil.Process(child.pid), 0
        while child.poll() is None:
            peak = max(peak, _resident(root))
            time.sleep(SAMPLE_SECONDS)
        wall = time.perf_counter() - start
        after = os.times()
        if child.returncode:
            output.seek(0)
            raise RuntimeError(f"{program.name} failed:\n{output.read().decode()[-2000:]}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Cost(wall, cpu, peak / 2**20)


def _resident(root: psutil.Process) -> int:
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
    return total
