"""Real tools. What is missing here skips a test with the reason; with REQUIRE_PROVIDERS=1 it fails it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from ml_platform.contract import AwsEnvironment, Environment
from ml_platform.operations.stop import NOT_HERE, Stop
from rehearsal import processes
from rehearsal.aws import Stage, stage
from rehearsal.report import succeeded
from tests.support.synthesis import ROOT


@contextmanager
def skipping_what_is_not_here() -> Iterator[None]:
    """Skip the test where a Stop inside says that a provider plugin or an emulator cannot be installed on this machine."""
    try:
        yield
    except Stop as stop:
        if stop.code != NOT_HERE:
            raise
        if os.environ.get("REQUIRE_PROVIDERS") == "1":
            pytest.fail(f"REQUIRE_PROVIDERS=1, and: {stop}")
        pytest.skip(str(stop))


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


@pytest.fixture(scope="session")
def aws_dev(environments: dict[str, Environment]) -> AwsEnvironment:
    """The environment that is rehearsed whole."""
    environment = environments["aws-dev"]
    assert isinstance(environment, AwsEnvironment)
    return environment


@pytest.fixture(scope="session")
def store(aws_dev: AwsEnvironment) -> Iterator[Stage]:
    """An emulated AWS in which the states of aws-dev have their store, and nothing else is deployed yet."""
    with skipping_what_is_not_here(), stage(aws_dev, ROOT) as here:
        succeeded(here.operation("bootstrap", "aws-dev"))
        yield here
