"""Turns environments into Terraform configurations: each cloud's in a process of its own, as many at once as there are processors.

Most of the time goes into Node.js reading the one large file that describes a provider's resources. Processes of one cloud each share that
work out, and no single one holds three of those files in memory. The files written are the same (tests/environments/test_loading.py).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

from ml_platform.contract.environment import Environment

if TYPE_CHECKING:
    from cdktf import App, TerraformStack

_ONE_CLOUD = "import sys; from ml_platform.app import main; sys.exit(main())"


class SynthesisFailed(Exception):
    """A cloud's process failed, and has said why. Nothing was written."""


def synthesize(environments: Sequence[Environment], folder: Path) -> None:
    """Write the stacks of ``environments`` below ``folder``, and tell of each on stderr while it is a terminal.

    Raises SynthesisFailed where one cloud fails; ``folder`` is then as it was.
    """
    clouds: dict[str, list[str]] = {}
    for environment in environments:
        clouds.setdefault(environment.cloud, []).append(environment.name)
    if len(clouds) > 1:
        _side_by_side(list(clouds.values()), folder)
        return
    from cdktf import App

    app = App(outdir=str(folder))
    add_stacks(app, environments, _progress_to(sys.stderr))
    app.synth()


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


def _progress_to(stream: TextIO) -> Callable[[TerraformStack, float], None]:
    """Reports each stack on one line of ``stream`` (name, resources, seconds); nothing where it is no terminal."""

    def report(stack: TerraformStack, seconds: float) -> None:
        from cdktf import TerraformResource

        resources = sum(TerraformResource.is_terraform_resource(node) for node in stack.node.find_all())
        print(f"{stack.node.id:<28} {resources:>4} resources {seconds:>6.1f} s", file=stream, flush=True)

    return report if stream.isatty() else lambda *_: None


def _side_by_side(clouds: Sequence[Sequence[str]], folder: Path) -> None:
    with TemporaryDirectory(prefix="ml-platform-") as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = [Path(scratch, str(number)) for number in range(len(clouds))]
        codes = list(pool.map(_one_cloud, clouds, parts))
        if any(codes):
            raise SynthesisFailed
        manifests = [json.loads((part / "manifest.json").read_bytes()) for part in parts]
        stacks = {name: stack for manifest in manifests for name, stack in manifest["stacks"].items()}
        for part in parts:
            shutil.copytree(part / "stacks", folder / "stacks", dirs_exist_ok=True, copy_function=_replace)
        (folder / "manifest.json").write_text(json.dumps({**manifests[0], "stacks": stacks}, indent=2))


def _one_cloud(names: Sequence[str], part: Path) -> int:
    environment = {**os.environ, "ENVIRONMENTS": ",".join(names), "CDKTF_OUTDIR": str(part)}
    return subprocess.run([sys.executable, "-c", _ONE_CLOUD], env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def _replace(source: str, target: str) -> None:
    draft = f"{target}.draft"
    shutil.copyfile(source, draft)
    Path(draft).replace(target)
