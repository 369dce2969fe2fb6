"""Starts the emulated AWS as a child process, and ends it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from ml_platform.operations.stop import FAILED, Stop

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class EmulatedAws:
    """A running emulator."""

    endpoint: str
    errors: TextIO

    def faults(self) -> str:
        """What it wrote about requests it could not answer."""
        self.errors.seek(0)
        return self.errors.read()

    @property
    def variables(self) -> dict[str, str]:
        """What lets every AWS SDK, and so Terraform, talk to the emulator and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            # An emulator that answers 500 once does so always: do not ask 25 times, with ever longer pauses.
            "AWS_MAX_ATTEMPTS": "3",
            "NO_PROXY": "127.0.0.1",
        }


@contextmanager
def emulated_aws(account_id: str, port: int = 0) -> Iterator[EmulatedAws]:
    """An emulated AWS that answers as ``account_id``, on ``port`` or, if 0, a free one. It ends with the block, and with this process.

    Raises Stop where it cannot be installed or started.
    """
    command = [sys.executable, "-m", "rehearsal.emulated_aws", f"--port={port}", f"--account={account_id}", "--while-stdin-open"]
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
        try:
            endpoint = process.stdout.readline().strip() if process.stdout else ""
            emulator = EmulatedAws(endpoint, errors)
            if not endpoint:
                raise Stop(emulator.faults().strip() or "The emulated AWS ended without a word.", process.wait() or FAILED)
            yield emulator
        finally:
            process.kill()
            process.communicate()
