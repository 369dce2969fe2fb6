"""The whole deployment of an AWS environment, on the emulated AWS, and what happens when it is disturbed."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ml_platform.contract import AwsEnvironment, Environment
from rehearsal import processes
from rehearsal.aws import Stage, rehearse, stage
from rehearsal.report import Report, succeeded
from tests.rehearsal.conftest import skipping_what_is_not_here
from tests.support.configuration import Configuration
from tests.support.synthesis import ROOT

pytestmark = pytest.mark.rehearsal

_CDKTF = ("--skip-provider-lock", "--no-color")
_DEPLOY = ("cdktf", "deploy", "aws-dev", "--auto-approve", *_CDKTF)


def _aws(environments: dict[str, Environment], name: str) -> AwsEnvironment:
    environment = environments[name]
    assert isinstance(environment, AwsEnvironment)
    return environment


@pytest.fixture
def nothing_left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Checks that no process and no file of a rehearsal outlives it, however it ended."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = psutil.Process().children(recursive=True)
    yield
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert not list(tmp_path.iterdir())
    assert not processes.find(str(tmp_path)), "every process of a rehearsal has the folder in its environment"
    assert psutil.Process().children(recursive=True) == before


@pytest.mark.usefixtures("nothing_left_over")
def test_aws_dev_is_deployed_unchanged_by_a_second_plan_and_destroyed(
    environments: dict[str, Environment], configurations: dict[str, Configuration]
) -> None:
    own_output = {path: path.stat().st_mtime_ns for path in (ROOT / "cdktf.out").rglob("*")}
    report = Report(io.StringIO())
    with skipping_what_is_not_here():
        rehearse(_aws(environments, "aws-dev"), ROOT, report)
    did = {row.step: row.did for row in report.rows}
    platform, state = (sum(1 for _ in configurations[stack].every()) for stack in ("aws-dev", "aws-dev-state"))
    assert did["bootstrap aws-dev"] == f"{state} resources added, 0 changed, 0 destroyed"
    assert did["cdktf deploy aws-dev"] == f"{platform} resources added, 0 changed, 0 destroyed"
    assert did["cdktf diff aws-dev"] == did["cdktf diff aws-dev-state"] == "no changes"
    assert did["cdktf destroy aws-dev"] == f"{platform} resources destroyed"
    assert did["teardown aws-dev"] == f"{state} resources destroyed"
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "cdktf.out").rglob("*")} == own_output, "the user's own output is untouched"


@pytest.fixture(scope="module")
def store(environments: dict[str, Environment]) -> Iterator[Stage]:
    """An emulated AWS in which the states of aws-dev have their store."""
    with skipping_what_is_not_here(), stage(_aws(environments, "aws-dev"), ROOT) as here:
        succeeded(here.operation("bootstrap", "aws-dev"))
        yield here


def test_a_fresh_clone_knows_the_state_store(store: Stage) -> None:
    """Losing every local file loses nothing: the state stack's own state is in the store."""
    shutil.rmtree(store.scratch.project / "cdktf.out")
    assert not (store.scratch.project / ".bootstrap").exists()
    assert "No changes." in succeeded(store.run("cdktf", "diff", "aws-dev-state", *_CDKTF)).output


def test_a_second_bootstrap_changes_nothing(store: Stage) -> None:
    outcome = succeeded(store.operation("bootstrap", "aws-dev"))
    assert re.search(r"0 added, 0 changed, 0 destroyed|No changes", outcome.output)


def test_prod_is_never_torn_down(environments: dict[str, Environment]) -> None:
    command = [sys.executable, "-m", "ml_platform.operations.teardown", "aws-prod", "--auto-approve"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("aws-prod is prod, and prod is never torn down by a command: nothing was done.")


def _applying(here: Stage) -> "object":
    """A deployment that has begun to change the account."""
    running = here.scratch.start(*_DEPLOY)
    deadline = time.monotonic() + 240
    while "Creating..." not in running.output():
        assert running.process.poll() is None, running.output()[-3000:]
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return running
