"""However bindings are loaded and clouds are divided over processes, the same bytes are written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.synthesis import ROOT

_BINDINGS = {"aws": "cdktf_cdktf_provider_aws", "azure": "cdktf_cdktf_provider_azurerm", "gcp": "cdktf_cdktf_provider_google"}

_RUN = """
import sys
for name in sys.argv[1:]:
    __import__(name)
from ml_platform.app import main
assert main() == 0
bindings = [name for name in sys.modules if name.startswith("cdktf_cdktf_provider_")]
print([name for name in bindings if "." not in name])
print(len(bindings))
"""


def _run(folder: Path, environments: str, *eager: str) -> list[str]:
    environment = {**os.environ, "ENVIRONMENTS": environments, "CDKTF_OUTDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", _RUN, *eager], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def _stacks(folder: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in folder.glob("stacks/*/cdk.tf.json")}


@pytest.mark.parametrize("cloud", _BINDINGS)
def test_loading_all_of_a_package_writes_the_same_bytes(cloud: str, synthesized: Path, tmp_path: Path) -> None:
    *_, modules = _run(tmp_path, f"{cloud}-dev,{cloud}-prod", _BINDINGS[cloud])
    assert int(modules) > 1000, "the comparison is worth nothing unless the whole package was loaded"
    eager = _stacks(tmp_path)
    assert set(eager) == {f"{cloud}-{tier}{suffix}" for tier in ("dev", "prod") for suffix in ("", "-state")}
    lazy = _stacks(synthesized)
    assert eager == {name: lazy[name] for name in eager}


def test_only_the_cloud_and_the_resources_asked_for_are_loaded(tmp_path: Path) -> None:
    packages, modules = _run(tmp_path, "aws-dev")
    assert packages == "['cdktf_cdktf_provider_aws']"
    assert int(modules) < 100
    assert set(_stacks(tmp_path)) == {"aws-dev", "aws-dev-state"}


def test_clouds_side_by_side_write_what_one_process_writes(synthesized: Path, tmp_path: Path) -> None:
    _run(tmp_path, "")
    assert len(_stacks(tmp_path)) == 12
    assert _stacks(tmp_path) == _stacks(synthesized)
    assert json.loads((tmp_path / "manifest.json").read_bytes()) == json.loads((synthesized / "manifest.json").read_bytes())


def test_a_cloud_that_fails_leaves_the_last_synthesis_alone(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    broken = {**os.environ, "ENVIRONMENTS": "", "CDKTF_OUTDIR": str(tmp_path), "JSII_NODE": "/bin/false"}
    done = subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=broken, check=False, capture_output=True)
    assert done.returncode == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["stacks"]
