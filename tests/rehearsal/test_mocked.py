"""The mocked rehearsal of Azure and Google: real plugins accept the stacks, and it notices what is wrong."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from ml_platform.contract import Environment
from ml_platform.operations.stop import Stop
from rehearsal import mock_ids, mocked
from rehearsal.report import Report
from tests.conftest import NAMES
from tests.rehearsal.conftest import skipping_what_is_not_here
from tests.support.configuration import Configuration
from tests.support.synthesis import ROOT

pytestmark = pytest.mark.rehearsal

MOCKED = [name for name in NAMES if not name.startswith("aws-")]


@pytest.mark.parametrize("name", MOCKED)
def test_the_real_plugin_accepts_and_applies_both_stacks(
    name: str, environments: dict[str, Environment], configurations: dict[str, Configuration]
) -> None:
    report = Report(io.StringIO())
    with skipping_what_is_not_here():
        mocked.rehearse(environments[name], ROOT, report)
    did = {row.step: row.did for row in report.rows}
    for stack in (name, f"{name}-state"):
        resources = sum(1 for _ in configurations[stack].every())
        assert did[f"terraform validate {stack}"] == "valid"
        assert did[f"mocked apply {stack}"] == f"{resources} resources applied to mocks"


def test_every_address_has_an_identity_of_its_own(configurations: dict[str, Configuration]) -> None:
    stack: Any = configurations["azure-prod"].document
    subnets = [
        entry["values"]["id"] for entry in mocked.test_file(stack)["override_resource"] if entry["target"].startswith("azurerm_subnet.")
    ]
    assert len(set(subnets)) == len(subnets) > 3


def test_what_protects_prod_is_taken_out_of_the_copy_and_left_in_the_stack(configurations: dict[str, Configuration]) -> None:
    stack = configurations["azure-prod-state"].document
    before = json.dumps(stack)
    assert '"prevent_destroy": true' in before
    copy = mocked.mockable(stack)
    assert '"prevent_destroy"' not in json.dumps(copy)
    assert "backend" not in copy["terraform"]
    assert json.dumps(stack) == before


def test_a_type_without_an_id_is_told_with_what_to_add(monkeypatch: pytest.MonkeyPatch, environments: dict[str, Environment]) -> None:
    monkeypatch.delitem(mock_ids.SHAPES, "azurerm_key_vault")
    with (
        skipping_what_is_not_here(),
        pytest.raises(Stop, match=r"ids of azurerm_key_vault in their own shape: add rows to rehearsal/mock_ids\.py"),
    ):
        mocked.rehearse(environments["azure-dev"], ROOT, Report(io.StringIO()))


def test_a_wrong_reference_is_refused(monkeypatch: pytest.MonkeyPatch, environments: dict[str, Environment]) -> None:
    """A network's id where a subnet's belongs: only an apply with known ids shows it."""
    mockable = mocked.mockable

    def miswired(stack: Any) -> dict[str, Any]:
        copy = mockable(stack)
        for association in copy["resource"].get("azurerm_subnet_network_security_group_association", {}).values():
            network = next(iter(copy["resource"]["azurerm_virtual_network"]))
            association["subnet_id"] = f"${{azurerm_virtual_network.{network}.id}}"
        return copy

    monkeypatch.setattr(mocked, "mockable", miswired)
    with skipping_what_is_not_here(), pytest.raises(Stop, match="was refused"):
        mocked.rehearse(environments["azure-dev"], ROOT, Report(io.StringIO()))


def test_a_missing_plugin_skips_with_the_reason_and_fails_on_demand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environments: dict[str, Environment]
) -> None:
    empty = tmp_path / "terraformrc"
    (tmp_path / "mirror").mkdir()
    empty.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path / "mirror"}"\n  }}\n}}\n')
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(empty))
    monkeypatch.delenv("TF_PLUGIN_CACHE_DIR", raising=False)
    monkeypatch.setenv("REQUIRE_PROVIDERS", "0")
    with pytest.raises(pytest.skip.Exception, match="cannot install the provider plugin hashicorp/google"), skipping_what_is_not_here():
        mocked.rehearse(environments["gcp-dev"], ROOT, Report(io.StringIO()))
    monkeypatch.setenv("REQUIRE_PROVIDERS", "1")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_PROVIDERS=1"), skipping_what_is_not_here():
        mocked.rehearse(environments["gcp-dev"], ROOT, Report(io.StringIO()))
