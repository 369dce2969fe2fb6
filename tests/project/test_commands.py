"""What a person reads when something the commands need is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml_platform.app import use_own_node
from tests.support.synthesis import ROOT


def test_a_missing_node_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JSII_NODE", raising=False)
    with pytest.raises(FileNotFoundError, match=r"^Node\.js is missing, and cdktf needs it: run `make setup`"):
        use_own_node(tmp_path / "python")


def test_the_node_beside_python_wins_over_any_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    (tmp_path / "node").touch()
    use_own_node(tmp_path / "python")
    assert os.environ["JSII_NODE"] == str(tmp_path / "node")


def test_a_python_without_the_packages_is_told_with_the_remedy() -> None:
    done = subprocess.run([sys.executable, "-S", "main.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("main.py: ml_platform is not installed for ")
    assert done.stderr.endswith(": run `make setup`, then `. .venv/bin/activate`.\n")


def test_an_old_python_is_told_with_the_remedy() -> None:
    old = "sys.version_info = (3, 9, 0); sys.version = '3.9.0 (x)'"
    code = f"import runpy, sys; {old}; runpy.run_path('setup/install.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "setup: this is Python 3.9.0. Install 3.11 or later, or name one: make setup PYTHON=python3.12\n"


def test_make_alone_prints_the_commands() -> None:
    outside = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "help").read_text()


def test_synthesis_tells_each_stack_on_a_terminal_and_nothing_elsewhere(tmp_path: Path) -> None:
    environment = {**os.environ, "ENVIRONMENTS": "aws-dev", "CDKTF_OUTDIR": str(tmp_path)}
    quiet = subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert (quiet.stdout, quiet.stderr) == ("", "")
    reader, writer = os.openpty()
    try:
        subprocess.run([sys.executable, "main.py"], cwd=ROOT, env=environment, stderr=writer, stdout=subprocess.DEVNULL, check=True)
        lines = os.read(reader, 10_000).decode().splitlines()
    finally:
        os.close(reader)
        os.close(writer)
    assert [line.split()[0] for line in lines] == ["aws-dev-state", "aws-dev"]
    assert all(" resources " in line and line.rstrip().endswith(" s") for line in lines)
