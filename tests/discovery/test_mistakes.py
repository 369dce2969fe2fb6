"""What a person reads when environment files are wrong, to the letter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ml_platform.discovery.discover import discover, select
from ml_platform.discovery.mistake import WrongEnvironments
from tests.support.synthesis import ROOT

_WRONG_DEV = """\
from ml_platform.contract import AwsAccount, AwsEnvironment, NetworkSpec, S3StateSpec

ENVIRONMENT = AwsEnvironment(
    name="aws-dev",
    tier="dev",
    account=AwsAccount(account_id=111111111111, region="eu-centrl-1", zones=("eu-central-1a", "eu-central-1a")),
    owner="${var.owner}",
    network=NetworkSpec(cidr="10.17.0.0/16", natt="one-per-environment", flow_log_retention_days=31),
    state_backend=S3StateSpec(bucket="acme-aws-dev-tfstate", lock_table=None, noncurrent_retention_days=3),
)
"""

_EXPECTED = """\
10 mistakes in 2 files. Nothing was written.

environments/aws_dev.py
  line 3: cost_centre
    is missing.
    Allowed: Who pays for it, as a label: 1 to 63 lower-case letters, digits and hyphens.
    Add cost_centre='ml-1001' to AwsEnvironment.
  line 6: account.account_id = 111111111111
    has the wrong type: it has to be text in quotes.
    Allowed: The account's twelve digits, as text. Terraform refuses to work in any other account.
    Write it like '111122223333'.
  line 6: account.region = 'eu-centrl-1'
    is no AWS region this platform knows.
    Allowed: one of the 34 in ml_platform/contract/regions.py.
    Did you mean 'eu-central-1' or 'me-central-1' or 'eu-central-2'?
  line 6: account.zones = ('eu-central-1a', 'eu-central-1a')
    names 'eu-central-1a' twice.
    Allowed: each entry once.
    Remove the repeated entry, or name another one.
  line 7: owner = '${var.owner}'
    does not have the right form.
    Allowed: The team that answers for it, as a label: 1 to 63 lower-case letters, digits and hyphens.
    Write it like 'ml-platform-team'.
  line 8: network.flow_log_retention_days = 31
    is not one of the choices.
    Allowed: 7, 14, 30, 60, 90, 180 or 365.
    Choose one of them.
  line 8: network.nat
    is missing.
    Allowed: Gateways to the internet: one (cheaper, lost with its zone) or one in each zone. Google's is regional: one-per-environment.
    Add nat='one-per-environment' to NetworkSpec.
  line 8: network.natt = 'one-per-environment'
    is no field of NetworkSpec.
    Allowed: cidr, nat, flow_log_retention_days.
    Did you mean 'nat'?
  line 9: state_backend.noncurrent_retention_days = 3
    is out of range: it has to be at least 7.
    Allowed: How long replaced versions of the state are kept, in days: 7 to 365.
    Choose a number in the range.

environments/gcp_prod.py
  line 16: network.nat = 'one-per-zone'
    is not possible on Google Cloud: Cloud NAT is regional and outlives the loss of a zone by itself.
    Allowed: 'one-per-environment'.
    Change it.
"""


def _text(folder: Path) -> str:
    with pytest.raises(WrongEnvironments) as refused:
        discover(folder)
    return str(refused.value)


def _change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new))


@pytest.fixture
def wrong(environments_folder: Path) -> Path:
    (environments_folder / "aws_dev.py").write_text(_WRONG_DEV)
    _change(environments_folder, "gcp_prod.py", 'nat="one-per-environment"', 'nat="one-per-zone"')
    return environments_folder


def test_all_mistakes_of_all_files_are_told_at_once(wrong: Path) -> None:
    assert _text(wrong) + "\n" == _EXPECTED


def test_main_prints_them_exits_1_and_leaves_the_last_synthesis_alone(wrong: Path) -> None:
    out = wrong.parent / "cdktf.out"
    out.mkdir()
    (out / "manifest.json").write_text("the last one")
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")],
        cwd=wrong.parent,
        env={key: value for key, value in os.environ.items() if key != "ENVIRONMENTS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", _EXPECTED)
    assert [path.name for path in out.iterdir()] == ["manifest.json"]
    assert (out / "manifest.json").read_text() == "the last one"


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("aws_dev.py", '"aws-dev",', '"aws-prod",', "is not the file's name."),
        ("aws_dev.py", 'tier="dev"', 'tier="prod"', "does not agree with the name 'aws-dev'."),
        ("aws_dev.py", '"10.16.0.0/16"', '"10.17.128.0/17"', "overlaps 10.17.128.0/17 of environments/aws_dev.py."),
        ("aws_dev.py", '"10.16.0.0/16"', '"10.16.0.1/16"', 'Did you mean "10.16.0.0/16"?'),
        ("aws_dev.py", '"10.16.0.0/16"', '"10.0.0.0/8"', "is too large."),
        ("aws_dev.py", '"10.16.0.0/16"', '"10.16.0.0/24"', "is too small."),
        ("aws_dev.py", '"10.16.0.0/16"', '"8.8.0.0/16"', "is not inside a private range."),
        ("aws_dev.py", '"10.16.0.0/16"', '"172.17.0.0/16"', "the default bridge of container engines"),
        ("aws_dev.py", '"10.16.0.0/16"', '"fd00::/16"', "is not a network in CIDR notation."),
        ("aws_dev.py", '"eu-central-1b"', '"eu-west-1b"', "'eu-west-1b' is not in region 'eu-central-1'."),
        ("aws_prod.py", ', "eu-central-1c"', "", "has 2 zones, too few for tier 'prod'."),
        ("aws_dev.py", '"111111111111"', '"11111111111"', "account.account_id = '11111111111'"),
        ("azure_dev.py", '"westeurope"', '"West Europe"', "Did you mean 'westeurope'"),
        ("azure_dev.py", '("1", "2")', '("1", "4")', "is not one of the choices."),
        ("azure_dev.py", '"11111111-1111-4111-8111-111111111111"', '"prod"', "account.subscription_id = 'prod'"),
        ("gcp_dev.py", '"europe-west4-b"', '"europe-west4-d"', "'europe-west4-d' is not in region 'europe-west4'."),
        ("gcp_dev.py", 'project_number="111111111111"', 'project_number="ml"', "account.project_number = 'ml'"),
        ("gcp_dev.py", "GcpProject(", "NetworkSpec(", "account.project_id = 'ml-platform-dev'"),
        ("aws_dev.py", "network=NetworkSpec(", "network=AwsAccount(", "is no field of AwsAccount."),
        ("aws_dev.py", 'owner="ml-platform-team"', 'owner=os.environ["OWNER"]', "owner = `os.environ['OWNER']`"),
        ("aws_dev.py", 'owner="ml-platform-team"', 'owner="a", owner="b"', "is the second value of one field."),
        ("aws_dev.py", "ENVIRONMENT = AwsEnvironment(", "ENVIRONMENT = (", "This is not Python"),
        ("aws_dev.py", "ENVIRONMENT = ", "environment = ", "There is no literal `ENVIRONMENT = ...`."),
        ("aws_dev.py", "import AwsAccount,", "import AwsAcount,", "ml_platform.contract has no 'AwsAcount'."),
        ("aws_dev.py", "ml-platform-111111111111-aws-dev-tfstate", "ml-platform-222222222222-aws-prod-tfstate", "is the store of"),
    ],
)
def test_one_mistake_reads_well(environments_folder: Path, file: str, old: str, new: str, line: str) -> None:
    _change(environments_folder, file, old, new)
    text = _text(environments_folder)
    assert line in text
    assert f"environments/{file}" in text
    assert "Traceback" not in text


def test_a_wrong_field_does_not_hide_a_contradiction_elsewhere(environments_folder: Path) -> None:
    _change(environments_folder, "aws_prod.py", 'owner="ml-platform-team"', 'owner="ML Platform"')
    _change(environments_folder, "aws_prod.py", 'tier="prod"', 'tier="dev"')
    text = _text(environments_folder)
    assert text.startswith("2 mistakes in 1 file.")
    assert "does not agree with the name" in text


def test_a_loop_a_function_and_another_import_are_refused(environments_folder: Path) -> None:
    path = environments_folder / "aws_dev.py"
    path.write_text("import os\n" + path.read_text() + "\nfor n in (1, 2):\n    pass\n\ndef f() -> None: ...\n")
    text = _text(environments_folder)
    found = re.findall(r"this is ([a-z ]+)\.", text)
    assert found == ["an import of something else", "a loop", "a function"]


def test_a_state_stacks_name_is_reserved(environments_folder: Path) -> None:
    source = (environments_folder / "aws_dev.py").read_text().replace('name="aws-dev"', 'name="aws-dev-state"')
    (environments_folder / "aws_dev_state.py").write_text(source.replace("10.16.", "10.99.").replace("-tfstate", "-b-tfstate"))
    assert "ends in '-state', as state stacks do." in _text(environments_folder)


def test_two_files_with_one_environment_are_refused(environments_folder: Path) -> None:
    (environments_folder / "aws_copy.py").write_text((environments_folder / "aws_dev.py").read_text())
    text = _text(environments_folder)
    assert "Allowed: 'aws-copy' in this file." in text
    assert "is the store of environments/aws_copy.py too." in text
    assert "overlaps 10.16.0.0/16 of environments/aws_copy.py." in text


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    assert "There is no environment file." in _text(tmp_path)


def test_an_unknown_name_in_environments_is_told_with_those_there_are() -> None:
    known = discover(ROOT / "environments")
    with pytest.raises(ValueError, match=r"ENVIRONMENTS names 'aws-stagign'\. Allowed: aws-dev, aws-prod, .*; or leave it out for all\."):
        select(known, "aws-dev, aws-stagign")
    assert [environment.name for environment in select(known, "aws-dev,gcp-prod")] == ["aws-dev", "gcp-prod"]
    assert select(known, "") == known


def test_a_seventh_environment_becomes_a_stack_by_its_file_alone(environments_folder: Path) -> None:
    source = (environments_folder / "aws_dev.py").read_text()
    source = source.replace('"aws-dev"', '"aws-staging"').replace("aws-dev-tfstate", "aws-staging-tfstate").replace("10.16.", "10.18.")
    (environments_folder / "aws_staging.py").write_text(source)
    assert "aws-staging" in [environment.name for environment in discover(environments_folder)]
