"""Loading one submodule at a time writes what loading whole packages writes, to the byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml_platform.contract import Environment
from tests.support.synthesis import ROOT, synthesize

_BINDINGS = {"aws": "cdktf_cdktf_provider_aws", "azure": "cdktf_cdktf_provider_azurerm", "gcp": "cdktf_cdktf_provider_google"}

_ENVIRON = {key: value for key, value in os.environ.items() if key != "ENVIRONMENTS"}

_RUN = """
import sys
for name in sys.argv[1:]:
    __import__(name)
from ml_platform.app import main
assert main() == 0
print([name for name in sys.modules if name.count(".") == 0 and name.startswith("cdktf_cdktf_provider_")])
print(len(sys.modules))
"""


def _stacks(folder: Path, cloud: str, *eager: str) -> tuple[dict[str, bytes], int]:
    environment = {**os.environ, "ENVIRONMENTS": f"{cloud}-dev,{cloud}-prod", "CDKTF_OUTDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", _RUN, *eager], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return _read(folder), int(done.stdout.split()[-1])


@pytest.mark.parametrize("cloud", _BINDINGS)
def test_lazy_and_eager_loading_write_the_same_bytes(cloud: str, tmp_path: Path) -> None:
    lazy, few = _stacks(tmp_path / "lazy", cloud)
    eager, many = _stacks(tmp_path / "eager", cloud, _BINDINGS[cloud])
    assert set(lazy) == {f"{cloud}-{tier}{suffix}" for tier in ("dev", "prod") for suffix in ("", "-state")}
    assert lazy == eager
    assert many > few + 1000, "the comparison is worth nothing unless the whole package was loaded"


def test_clouds_side_by_side_write_what_one_process_writes(environments: dict[str, Environment], tmp_path: Path) -> None:
    apart, together = tmp_path / "apart", tmp_path / "together"
    subprocess.run([sys.executable, "main.py"], cwd=ROOT, env={**_ENVIRON, "CDKTF_OUTDIR": str(apart)}, check=True, capture_output=True)
    synthesize(environments.values(), together)
    for folder in (apart, together):
        assert len(list(folder.glob("stacks/*/cdk.tf.json"))) == 12
    assert _read(apart) == _read(together)
    assert json.loads((apart / "manifest.json").read_bytes()) == json.loads((together / "manifest.json").read_bytes())


def test_a_cloud_that_fails_leaves_the_last_synthesis_alone(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    broken = {**_ENVIRON, "CDKTF_OUTDIR": str(tmp_path), "JSII_NODE": "/bin/false"}
    done = subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=broken, check=False, capture_output=True)
    assert done.returncode == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["stacks"]


def _read(folder: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in folder.glob("stacks/*/cdk.tf.json")}


def test_only_the_clouds_asked_for_are_loaded(tmp_path: Path) -> None:
    environment = {**os.environ, "ENVIRONMENTS": "aws-dev", "CDKTF_OUTDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", _RUN], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-2] == "['cdktf_cdktf_provider_aws']"
    assert {path.name for path in (tmp_path / "stacks").iterdir()} == {"aws-dev", "aws-dev-state"}
