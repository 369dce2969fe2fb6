"""From environment files to Terraform configurations: what main.py does."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ml_platform.contract.environment import Environment
from ml_platform.discovery.discover import discover, select
from ml_platform.discovery.mistake import WrongEnvironments

if TYPE_CHECKING:
    from cdktf import App, TerraformStack

ENVIRONMENTS = Path("environments")
"""The folder of environment files, below the working directory, which is the project's (cdktf.json stands in it)."""


def main() -> int:
    """Synthesize the stacks of every environment, or of those that the variable ENVIRONMENTS names, separated by commas.

    Returns the exit code: 1, with every mistake on stderr and nothing written, where an environment file is wrong.
    """
    try:
        environments = select(discover(ENVIRONMENTS), os.environ.get("ENVIRONMENTS", ""))
        use_own_node(Path(sys.executable))
    except (WrongEnvironments, FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    from cdktf import App

    app = App()
    add_stacks(app, environments, progress_to(sys.stderr))
    app.synth()
    return 0


def use_own_node(python: Path) -> None:
    """Let jsii run the Node.js that is installed beside ``python``, whatever else is on PATH. JSII_NODE, where set, wins.

    Raises FileNotFoundError where there is none at all.
    """
    node = python.with_name("node")
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
    elif "JSII_NODE" not in os.environ and shutil.which("node") is None:
        raise FileNotFoundError("Node.js is missing, and cdktf needs it: run `make setup`, which installs it beside Python.")


def add_stacks(app: App, environments: Sequence[Environment], progress: Callable[[TerraformStack, float], None]) -> None:
    """Add each environment's two stacks to ``app``, and tell ``progress`` of each with the seconds it took."""
    from ml_platform.clouds import load
    from ml_platform.stacks.platform import PlatformStack
    from ml_platform.stacks.state import StateStack

    for environment in environments:
        for kind in (StateStack, PlatformStack):
            start = time.perf_counter()
            stack = kind(app, load(environment))
            progress(stack, time.perf_counter() - start)


def progress_to(stream: TextIO) -> Callable[[TerraformStack, float], None]:
    """Reports each stack on one line of ``stream`` (name, resources, seconds); nothing where it is no terminal."""

    def report(stack: TerraformStack, seconds: float) -> None:
        from cdktf import TerraformResource

        resources = sum(TerraformResource.is_terraform_resource(node) for node in stack.node.find_all())
        print(f"{stack.node.id:<28} {resources:>4} resources {seconds:>6.1f} s", file=stream, flush=True)

    return report if stream.isatty() else lambda *_: None
