"""Does Terraform, with the real provider, accept every stack as it is?"""

import shutil
from pathlib import Path

import pytest

from ml_platform.operations.tools import find_tools
from tests.conftest import STACKS
from tests.rehearsal.conftest import skipping_what_is_not_here
from tests.support.synthesis import ROOT

pytestmark = pytest.mark.rehearsal


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_validates_the_stack(stack: str, synthesized: Path, tmp_path: Path) -> None:
    shutil.copy(synthesized / "stacks" / stack / "cdk.tf.json", tmp_path)
    terraform = find_tools(ROOT, stack).terraform
    with skipping_what_is_not_here():
        init = terraform(tmp_path, "init", "-backend=false", "-input=false")
    assert init.code == 0, init.output
    validate = terraform(tmp_path, "validate")
    assert validate.output.strip() == "Success! The configuration is valid.", validate.output
