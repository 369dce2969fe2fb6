"""The table a rehearsal prints: what each step did, and how long it took."""

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from ml_platform.operations.stop import FAILED, NOT_HERE, Stop
from ml_platform.operations.tools import refuse_missing_plugin
from rehearsal.scratch import Outcome

TAIL_LINES = 40

STEP_WIDTH = 42
DID_WIDTH = 62

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_APPLIED = re.compile(r"Resources: (\d+) added, (\d+) changed, (\d+) destroyed")
_DESTROYED = re.compile(r"Destroy complete! Resources: (\d+) destroyed")


@dataclass(frozen=True)
class Row:
    """One step that was done."""

    step: str
    did: str
    seconds: float


@dataclass
class Report:
    """The table, printed row by row."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)
    rows: list[Row] = field(default_factory=list)

    def step(self, name: str, work: Callable[[], str]) -> None:
        """Do ``work``, which returns what it did, and print the row. A failure is printed too, and passed on."""
        print(f"{name:<{STEP_WIDTH}} ", end="", file=self.stream, flush=True)
        start = time.perf_counter()
        try:
            did = work()
        except BaseException as error:
            print("interrupted" if isinstance(error, KeyboardInterrupt) else "FAILED", file=self.stream, flush=True)
            raise
        row = Row(name, did, time.perf_counter() - start)
        self.rows.append(row)
        print(f"{row.did:<{DID_WIDTH}}{row.seconds:>7.1f} s", file=self.stream, flush=True)

    def total(self) -> None:
        """Print the last line."""
        print(f"{'in all':<{STEP_WIDTH + 1 + DID_WIDTH}}{sum(row.seconds for row in self.rows):>7.1f} s", file=self.stream, flush=True)


def counts(outcome: Outcome) -> str:
    """What Terraform did in a command's output: resources added, changed, destroyed."""
    if destroyed := _DESTROYED.findall(outcome.output):
        return f"{sum(map(int, destroyed))} resources destroyed"
    applied = [list(map(int, found)) for found in _APPLIED.findall(outcome.output)]
    if not applied:
        return "nothing to do"
    return "{} resources added, {} changed, {} destroyed".format(*(sum(column) for column in zip(*applied, strict=True)))


def succeeded(outcome: Outcome) -> Outcome:
    """``outcome`` itself. Raises Stop with the end of its output if it failed, with code 2 if for want of a provider plugin."""
    if outcome.code == 0:
        return outcome
    if outcome.code == NOT_HERE:
        # One of the product's operations: its last line says it all.
        raise Stop(outcome.output.strip().splitlines()[-1], NOT_HERE)
    refuse_missing_plugin(_ESCAPES.sub("", outcome.output))
    raise failure(outcome, f"ended with exit code {outcome.code}", outcome.code if outcome.code > 0 else FAILED)


def failure(outcome: Outcome, problem: str, code: int = FAILED) -> Stop:
    """A Stop that shows the end of what a command wrote."""
    lines = _ESCAPES.sub("", outcome.output).splitlines()[-TAIL_LINES:]
    return Stop("\n".join([f"\n`{' '.join(outcome.command)}` {problem}. The end of its output:", *(f"  {line}" for line in lines)]), code)
