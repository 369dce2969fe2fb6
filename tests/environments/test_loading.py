"""Loading one submodule at a time writes what loading whole packages writes, to the byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.synthesis import ROOT

_BINDINGS = {"aws": "cdktf_cdktf_provider_aws", "azure": "cdktf_cdktf_provider_azurerm", "gcp": "cdktf_cdktf_provider_google"}

_RUN = "import sys; [__import__(name) for name in sys.argv[1:]]; from ml_platform.app import main; code = main(); print(len(sys.modules)); sys.exit(code)"


def _stacks(folder: Path, cloud: str, *eager: str) -> tuple[dict[str, bytes], int]:
    environment = {**os.environ, "ENVIRONMENTS": f"{cloud}-dev,{cloud}-prod", "CDKTF_OUTDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", _RUN, *eager], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    written = {path.parent.name: path.read_bytes() for path in folder.glob("stacks/*/cdk.tf.json")}
    return written, int(done.stdout.split()[-1])


@pytest.mark.parametrize("cloud", _BINDINGS)
def test_lazy_and_eager_loading_write_the_same_bytes(cloud: str, tmp_path: Path) -> None:
    lazy, few = _stacks(tmp_path / "lazy", cloud)
    eager, many = _stacks(tmp_path / "eager", cloud, _BINDINGS[cloud])
    assert set(lazy) == {f"{cloud}-{tier}{suffix}" for tier in ("dev", "prod") for suffix in ("", "-state")}
    assert lazy == eager
    assert many > few + 1000, "the comparison is worth nothing unless the whole package was loaded"


def test_only_the_clouds_asked_for_are_loaded(tmp_path: Path) -> None:
    code = f"{_RUN.removesuffix('sys.exit(code)')}print([name for name in {list(_BINDINGS.values())} if name in sys.modules])"
    environment = {**os.environ, "ENVIRONMENTS": "aws-dev", "CDKTF_OUTDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "['cdktf_cdktf_provider_aws']"
    assert {path.name for path in (tmp_path / "stacks").iterdir()} == {"aws-dev", "aws-dev-state"}
