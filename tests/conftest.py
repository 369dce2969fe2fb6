"""What every test may ask for: the project's environments, and each stack as Terraform would read it."""

from pathlib import Path

import pytest

from ml_platform.contract import Environment
from ml_platform.discovery.discover import discover
from tests.support.configuration import Configuration
from tests.support.synthesis import ROOT, read, synthesize

NAMES = [path.stem.replace("_", "-") for path in sorted((ROOT / "environments").glob("[a-z]*.py"))]
STACKS = [stack for name in NAMES for stack in (name, f"{name}-state")]


@pytest.fixture(scope="session")
def environments() -> dict[str, Environment]:
    """The project's own environments, by name."""
    return {environment.name: environment for environment in discover(ROOT / "environments")}


@pytest.fixture(scope="session")
def synthesized(environments: dict[str, Environment], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which every stack of every environment was synthesized, once and in one process."""
    folder = tmp_path_factory.mktemp("synthesized")
    synthesize(environments.values(), folder)
    return folder


@pytest.fixture(scope="session")
def configurations(synthesized: Path) -> dict[str, Configuration]:
    """Every stack of every environment, by name."""
    return read(synthesized)


@pytest.fixture(params=NAMES)
def environment(request: pytest.FixtureRequest, environments: dict[str, Environment]) -> Environment:
    """Each environment in turn: the contract tests' body runs for all of them."""
    return environments[request.param]


@pytest.fixture
def platform(environment: Environment, configurations: dict[str, Configuration]) -> Configuration:
    """The environment's own stack."""
    return configurations[environment.name]


@pytest.fixture
def state(environment: Environment, configurations: dict[str, Configuration]) -> Configuration:
    """The environment's state stack."""
    return configurations[f"{environment.name}-state"]


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest, configurations: dict[str, Configuration]) -> Configuration:
    """Each stack in turn."""
    return configurations[request.param]


@pytest.fixture
def environments_folder(tmp_path: Path) -> Path:
    """A copy of the project's environment files, to be changed."""
    folder = tmp_path / "environments"
    folder.mkdir()
    for path in (ROOT / "environments").glob("*.py"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder
