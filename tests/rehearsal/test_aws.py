"""The whole deployment of an AWS environment, on the emulated AWS, and what happens when it is disturbed."""

import io
import re
import shutil
import subprocess
import sys

import pytest

from ml_platform.contract import AwsEnvironment
from rehearsal.aws import CDKTF, Stage, rehearse
from rehearsal.report import Report, succeeded
from tests.rehearsal.conftest import skipping_what_is_not_here
from tests.support.configuration import Configuration
from tests.support.synthesis import ROOT

pytestmark = pytest.mark.rehearsal


@pytest.mark.usefixtures("nothing_left_over")
def test_aws_dev_is_deployed_unchanged_by_a_second_plan_and_destroyed(
    aws_dev: AwsEnvironment, configurations: dict[str, Configuration]
) -> None:
    own_output = {path: path.stat().st_mtime_ns for path in (ROOT / "cdktf.out").rglob("*")}
    report = Report(io.StringIO())
    with skipping_what_is_not_here():
        rehearse(aws_dev, ROOT, report)
    did = {row.step: row.did for row in report.rows}
    platform, state = (sum(1 for _ in configurations[stack].every()) for stack in ("aws-dev", "aws-dev-state"))
    assert did["bootstrap aws-dev"] == f"{state} resources added, 0 changed, 0 destroyed"
    assert did["cdktf deploy aws-dev"] == f"{platform} resources added, 0 changed, 0 destroyed"
    assert did["cdktf diff aws-dev"] == did["cdktf diff aws-dev-state"] == "no changes"
    assert did["cdktf destroy aws-dev"] == f"{platform} resources destroyed"
    assert did["teardown aws-dev"] == f"{state} resources destroyed"
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "cdktf.out").rglob("*")} == own_output, "the user's own output is untouched"


def test_a_fresh_clone_knows_the_state_store(store: Stage) -> None:
    """Losing every local file loses nothing: the state stack's own state is in the store."""
    shutil.rmtree(store.scratch.project / "cdktf.out")
    assert not (store.scratch.project / ".bootstrap").exists()
    assert "No changes." in succeeded(store.run("cdktf", "diff", "aws-dev-state", *CDKTF)).output


def test_a_second_bootstrap_changes_nothing(store: Stage) -> None:
    outcome = succeeded(store.operation("bootstrap", "aws-dev"))
    assert re.search(r"0 added, 0 changed, 0 destroyed|No changes", outcome.output)


def test_prod_is_never_torn_down() -> None:
    command = [sys.executable, "-m", "ml_platform.operations.teardown", "aws-prod", "--auto-approve"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("aws-prod is prod, and prod is never torn down by a command: nothing was done.")
