"""`make bench`: our twelve stacks against a plain app, interleaved; then the cost of further environments."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks.measure import Cost, measure

ROOT = Path(__file__).resolve().parents[1]
PLAIN, OURS = ROOT / "benchmarks" / "plain_app.py", ROOT / "main.py"
FURTHER = (0, 10, 50)


def main() -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (5)")
    rounds = parser.parse_args().rounds
    environment = {key: value for key, value in os.environ.items() if key not in ("ENVIRONMENTS", "CDKTF_OUTDIR")}
    environment.setdefault("JSII_NODE", str(Path(sys.executable).with_name("node")))
    with tempfile.TemporaryDirectory(prefix="ml-platform-bench-") as scratch:
        compare(Path(scratch), environment, rounds)
        grow(Path(scratch), environment, min(rounds, 3))
    return 0


def compare(scratch: Path, environment: Mapping[str, str], rounds: int) -> None:
    """(a) the plain app, (b) ours, one after the other in each round, so that a slow moment slows both."""
    folder = _project(scratch / "compare", 0)
    for program in (PLAIN, OURS):
        measure(program, folder, environment)  # fills the page cache and jsii's own
    runs = [(measure(PLAIN, folder, environment), measure(OURS, folder, environment)) for _ in range(rounds)]
    stacks = json.loads((folder / "cdktf.out" / "manifest.json").read_bytes())["stacks"]  # ours ran last
    print(f"(a) plain CDKTF app, one resource per cloud; (b) our {len(stacks)} stacks; {rounds} rounds\n")
    print(f"{'':<18}{'(a) median':>12}{'(b) median':>12}{'b/a median':>12}{'b/a least':>12}{'b/a most':>12}")
    for field in Cost.__dataclass_fields__:
        plain, ours = [getattr(a, field) for a, _ in runs], [getattr(b, field) for _, b in runs]
        ratios = [b / a for a, b in zip(plain, ours, strict=True)]
        print(f"{field:<18}{median(plain):>12.2f}{median(ours):>12.2f}{median(ratios):>12.3f}{min(ratios):>12.3f}{max(ratios):>12.3f}")


def grow(scratch: Path, environment: Mapping[str, str], rounds: int) -> None:
    """What each further environment costs, and whether the fiftieth costs what the tenth does."""
    folders = {further: _project(scratch / f"further-{further}", further) for further in FURTHER}
    runs = [{further: measure(OURS, folder, environment) for further, folder in folders.items()} for _ in range(rounds)]
    cost = {
        further: Cost(*(median(getattr(run[further], field) for run in runs) for field in Cost.__dataclass_fields__)) for further in FURTHER
    }
    print(f"\n{'environments':<18}{'wall s':>12}{'CPU s':>12}{'peak MiB':>12}{'s per further environment':>30}")
    for further, run in cost.items():
        each = f"{(run.wall_seconds - cost[0].wall_seconds) / further:.3f}" if further else ""
        print(f"6 + {further:<14}{run.wall_seconds:>12.2f}{run.cpu_seconds:>12.2f}{run.peak_mib:>12.0f}{each:>30}")


def _project(folder: Path, further: int) -> Path:
    """A project folder with our environments and ``further`` generated ones."""
    shutil.copytree(ROOT / "environments", folder / "environments", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "cdktf.json", folder)
    source = (ROOT / "environments" / "aws_dev.py").read_text()
    for number in range(further):
        text = source.replace("aws-dev", f"aws-bench{number}").replace("10.16.0.0/16", f"10.{100 + number}.0.0/16")
        (folder / "environments" / f"aws_bench{number}.py").write_text(text)
    return folder


if __name__ == "__main__":
    sys.exit(main())
