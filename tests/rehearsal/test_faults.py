"""A deployment that is disturbed: by another one, by SIGKILL, by Ctrl-C, by a port that is taken."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ml_platform.operations.tools import find_tools
from ml_platform.versions import PROVIDERS
from rehearsal.aws import APPROVED, CDKTF, Stage
from rehearsal.emulated_aws.contents import tagged
from rehearsal.report import succeeded
from rehearsal.scratch import Outcome, Running, scratch
from tests.rehearsal.conftest import skipping_what_is_not_here
from tests.support.synthesis import ROOT

pytestmark = pytest.mark.rehearsal

_DEPLOY = ("cdktf", "deploy", "aws-dev", *APPROVED)
_EXISTS = re.compile(r"Error: creating [^(]+ \(([^)]+)\): .{0,600}?already ?exists.*? with (aws_\S+)", re.IGNORECASE)
_STACK = "-chdir=cdktf.out/stacks/aws-dev"


def _needs_the_aws_plugin() -> None:
    """Raise Stop where Terraform cannot install it."""
    with tempfile.TemporaryDirectory() as folder:
        pin = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": PROVIDERS["aws"]}}}}
        Path(folder, "pin.tf.json").write_text(json.dumps(pin))
        assert find_tools(ROOT, "aws-dev").terraform(Path(folder), "init", "-input=false").code == 0


def _begun(here: Stage, sign: str) -> Running:
    """A deployment whose output shows ``sign`` already."""
    running = here.scratch.start(*_DEPLOY)
    deadline = time.monotonic() + 240
    while not re.search(sign, running.output()):
        assert running.process.poll() is None, running.output()[-3000:]
        assert time.monotonic() < deadline, running.output()[-3000:]
        time.sleep(0.1)
    return running


def test_a_second_deployment_is_refused_and_a_killed_one_recovers(store: Stage) -> None:
    """Step by step what docs/operations.md says under "A lock is held"."""
    first = _begun(store, "Creating[.][.][.]")
    with scratch(ROOT, {**store.aws.variables, "ENVIRONMENTS": "aws-dev"}) as colleague:
        _assert_refused_by_the_lock(colleague.run(*_DEPLOY))
    assert first.process.poll() is None, "the first goes on"

    store.scratch.end_processes()
    lock = _assert_refused_by_the_lock(store.run(*_DEPLOY))
    succeeded(store.run("terraform", _STACK, "force-unlock", "-force", lock))

    outcome = store.run(*_DEPLOY)
    while existing := _EXISTS.findall(_unwrapped(outcome.output)):
        assert outcome.code != 0
        for identity, address in existing:
            succeeded(store.run("terraform", _STACK, "import", address, identity))
        outcome = store.run(*_DEPLOY)
    succeeded(outcome)
    assert "No changes." in succeeded(store.run("cdktf", "diff", "aws-dev", *CDKTF)).output

    vpcs = {arn.rpartition("/")[2] for arn in tagged(store.aws.endpoint, "eu-central-1", "environment", "aws-dev") if ":vpc/" in arn}
    known = succeeded(store.run("terraform", _STACK, "state", "pull")).output
    assert len([vpc for vpc in vpcs if vpc in known]) == 1
    assert [vpc for vpc in vpcs if vpc not in known], "what the killed run made and did not record is found by its tag"


def _assert_refused_by_the_lock(outcome: Outcome) -> str:
    """The lock's id, after checking that a person learns who holds it and since when."""
    assert outcome.code != 0
    text = _unwrapped(outcome.output)
    assert "Error acquiring the state lock" in text
    assert re.search(r"Operation: +OperationTypeApply", text)
    assert re.search(r"Who: +\S+@\S+", text)
    assert re.search(r"Created: +\d{4}-\d\d-\d\d", text)
    lock = re.search(r"ID: +([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", text)
    assert lock, text
    return lock[1]


def _unwrapped(output: str) -> str:
    """What cdktf broke into lines of a terminal's width, as one line."""
    return " ".join(output.split())


@pytest.mark.usefixtures("nothing_left_over")
def test_ctrl_c_ends_everything() -> None:
    with skipping_what_is_not_here():
        _needs_the_aws_plugin()
    process = subprocess.Popen(
        [sys.executable, "-m", "rehearsal", "aws-dev"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(12)  # well inside the bootstrap: cdktf, terraform and the plugin run
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaint


def test_a_taken_port_is_told_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "rehearsal", "aws-dev", "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"Port {port} cannot be used (Address already in use): stop what uses it, or leave --port out to get a free one." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("program", "answer", "told"),
    [
        ("", "", "Terraform is missing: install 1.11.0 or later from https://developer.hashicorp.com/terraform/install."),
        ('{"terraform_version": "1.9.8"}', "1.9.8", "is too old: install 1.11.0 or later from"),
        ("not json", "", "does not answer like Terraform: install 1.11.0 or later from"),
    ],
)
def test_a_missing_or_old_terraform_is_told_with_the_remedy(program: str, answer: str, told: str, tmp_path: Path) -> None:
    name = "terraform-of-this-test"
    if program:
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{program}'\n")
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "TERRAFORM_BINARY_NAME": name}
    command = [sys.executable, "-m", "ml_platform.operations.bootstrap", "aws-dev"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert answer in done.stderr
    assert len(done.stderr.splitlines()) == 1
