"""From environment files to Terraform configurations: what main.py does."""

import os
import shutil
import sys
from pathlib import Path

from ml_platform.discovery.discover import discover, select
from ml_platform.discovery.mistake import WrongEnvironments
from ml_platform.synthesis import SynthesisFailed, synthesize

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
    try:
        # The cdktf CLI names the folder it wants by this variable.
        synthesize(environments, Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")))
    except SynthesisFailed:
        return 1
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
