"""Synthesizes environments the way main.py does."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from ml_platform.app import use_own_node
from ml_platform.contract import Environment
from ml_platform.synthesis import add_stacks
from tests.support.configuration import Configuration

ROOT = Path(__file__).resolve().parents[2]

use_own_node(Path(sys.executable))


def synthesize(environments: Iterable[Environment], folder: Path) -> dict[str, Configuration]:
    """Every stack of ``environments``, read back from the files Terraform would read, by stack name."""
    from cdktf import App  # starts Node.js, which has to be chosen by then

    app = App(outdir=str(folder))
    add_stacks(app, list(environments), lambda *_: None)
    app.synth()
    return read(folder)


def read(folder: Path) -> dict[str, Configuration]:
    """The stacks that were synthesized into ``folder``, by name."""
    return {
        path.parent.name: Configuration(path.parent.name, json.loads(path.read_bytes()))
        for path in sorted(folder.glob("stacks/*/cdk.tf.json"))
    }
