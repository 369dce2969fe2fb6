"""Does Terraform, with the real provider, accept every stack as it is?"""

from pathlib import Path

import pytest

from ml_platform.contract import Environment
from ml_platform.operations.tools import find_tools
from tests.conftest import STACKS
from tests.rehearsal.conftest import skipping_what_is_not_here
from tests.support.synthesis import ROOT, synthesize

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
def synthesized(environments: dict[str, Environment], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validate")
    synthesize(environments.values(), folder)
    return folder / "stacks"


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_validates_the_stack(stack: str, synthesized: Path) -> None:
    terraform = find_tools(ROOT, stack).terraform
    with skipping_what_is_not_here():
        init = terraform(synthesized / stack, "init", "-backend=false", "-input=false")
    assert init.code == 0, init.output
    validate = terraform(synthesized / stack, "validate")
    assert validate.output.strip() == "Success! The configuration is valid.", validate.output
