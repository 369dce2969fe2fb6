"""What every stack of every cloud promises: one body for all."""

import importlib
import json
import re
from pathlib import Path

from ml_platform.contract import Environment
from ml_platform.label import labels
from ml_platform.versions import PROVIDERS, TERRAFORM
from tests.support.configuration import Configuration, texts

_SECRET = re.compile(r"(password|secret|token|access_key|client_secret|credentials|sas_)", re.IGNORECASE)


def _module(kind: str) -> str:
    provider, _, rest = kind.partition("_")
    return f"cdktf_cdktf_provider_{provider}.{rest}"


def _takes(kind: str, argument: str) -> bool:
    source = importlib.import_module(_module(kind)).__file__
    assert source is not None
    return f"def {argument}_input(" in Path(source).read_text(encoding="utf-8")


def test_everything_that_can_be_tagged_is(stack: Configuration, environments: dict[str, Environment]) -> None:
    environment = environments[stack.name.removesuffix("-state")]
    expected = labels(environment, "").tags
    assert set(expected) == {"project", "environment", "tier", "owner", "cost-centre", "managed-by"}
    provider = {name: blocks[0] for name, blocks in stack.document["provider"].items()}
    if "aws" in provider:
        assert provider["aws"]["default_tags"] == [{"tags": expected}]
    elif "google" in provider:
        assert provider["google"]["default_labels"] == expected
    else:
        taggable = {path: block for kind, path, block in stack.every() if _takes(kind, "tags")}
        assert taggable
        assert {path: block.get("tags") for path, block in taggable.items() if block.get("tags") != expected} == {}


def test_the_provider_is_bound_to_the_environments_account(stack: Configuration, environments: dict[str, Environment]) -> None:
    account = environments[stack.name.removesuffix("-state")].account
    (provider,) = [blocks[0] for blocks in stack.document["provider"].values()]
    said = set(texts(provider))
    identity = {"account_id", "subscription_id", "tenant_id", "project_id", "region"} & set(type(account).model_fields)
    assert {getattr(account, field) for field in identity} <= said


def test_terraform_and_providers_are_pinned(stack: Configuration) -> None:
    terraform = stack.document["terraform"]
    assert terraform["required_version"] == TERRAFORM
    assert {name: pin["version"] for name, pin in terraform["required_providers"].items()} == {
        name: PROVIDERS[name] for name in terraform["required_providers"]
    }


def test_each_stack_keeps_its_state_under_its_own_name_in_its_environments_store(
    environment: Environment, platform: Configuration, state: Configuration
) -> None:
    place = {}
    for stack in (platform, state):
        (backend,) = stack.document["terraform"]["backend"].values()
        place[stack.name] = backend.get("key") or backend.get("prefix")
        store = {value for key, value in backend.items() if key in ("bucket", "storage_account_name")}
        assert store == {value for field, value in environment.state_backend if field in ("bucket", "storage_account")}
    assert place[environment.name].removesuffix(".tfstate") == environment.name
    assert place[f"{environment.name}-state"].removesuffix(".tfstate") == f"{environment.name}-state"


def test_the_state_stack_makes_the_store_that_the_backends_name(environment: Environment, state: Configuration) -> None:
    kinds = {"aws": ("aws_s3_bucket", "bucket"), "azure": ("azurerm_storage_account", "name"), "gcp": ("google_storage_bucket", "name")}
    kind, argument = kinds[environment.cloud]
    (backend,) = state.document["terraform"]["backend"].values()
    assert (backend.get("bucket") or backend.get("storage_account_name")) in [b[argument] for b in state.resources(kind).values()]


def test_the_state_store_is_protected_in_prod_and_can_be_torn_down_in_dev(environment: Environment, state: Configuration) -> None:
    kinds = {
        "aws": ["aws_s3_bucket", "aws_kms_key", "aws_dynamodb_table"],
        "azure": ["azurerm_storage_account", "azurerm_storage_container", "azurerm_key_vault", "azurerm_key_vault_key"],
        "gcp": ["google_storage_bucket", "google_kms_crypto_key"],
    }
    for kind in kinds[environment.cloud]:
        for block in state.resources(kind).values():
            assert block.get("lifecycle", {}).get("prevent_destroy", False) is (environment.tier == "prod"), kind


def test_the_network_is_protected_in_prod(environment: Environment, platform: Configuration) -> None:
    """Whatever replaces it replaces the whole platform."""
    kind = {"aws": "aws_vpc", "azure": "azurerm_virtual_network", "gcp": "google_compute_network"}[environment.cloud]
    assert platform.only(kind).get("lifecycle", {}).get("prevent_destroy", False) is (environment.tier == "prod")


def test_no_credential_stands_in_the_json(stack: Configuration) -> None:
    allowed = {"sas_policy"}  # how long a signature may live, no signature
    for kind, path, block in stack.every():
        for key, value in block.items():
            if key != "//" and _SECRET.search(key) and key not in allowed:
                assert value in (True, False, None), f"{kind} {path}.{key}"
    plain = json.dumps(stack.document["provider"]) + json.dumps(stack.document["terraform"])
    assert not re.search(r'"(access_key|secret_key|client_secret|credentials|token|sas_token|password)"', plain)


def test_no_template_is_escaped_by_accident(stack: Configuration) -> None:
    assert not [text for text in texts(stack.document) if "$${" in text or "TfToken" in text or "undefined" in text]


def test_every_reference_names_something(stack: Configuration) -> None:
    seen = 0
    for text in texts(stack.document["resource"]):
        for reference in re.findall(r"\$\{(?:data\.)?(?:aws|azurerm|google)_[^}]*\}", text):
            stack.follow(reference)
            seen += 1
    assert seen > 5


def test_no_statement_allows_every_action(stack: Configuration) -> None:
    documents = stack.document.get("data", {}).get("aws_iam_policy_document", {})
    for document in documents.values():
        for statement in document["statement"]:
            if statement.get("effect", "Allow") == "Allow":
                assert not [action for action in statement["actions"] if "*" in action], statement["sid"]
    for _, path, block in stack.every():
        assert not isinstance(block.get("policy"), dict), path


def test_construct_paths_name_no_environment(stack: Configuration, environments: dict[str, Environment]) -> None:
    for _, path, _ in stack.every():
        assert not [name for name in (*environments, "ml-platform", "eu-", "europe") if name in path], path


def test_dev_and_prod_share_their_addresses(configurations: dict[str, Configuration]) -> None:
    """A diff between two environments has to be a diff of values and of whole resources, never of renamed ones."""
    for cloud in ("aws", "azure", "gcp"):
        for suffix in ("", "-state"):
            dev, prod = ({(kind, path) for kind, path, _ in configurations[f"{cloud}-{tier}{suffix}"].every()} for tier in ("dev", "prod"))
            assert len(dev & prod) >= 0.6 * len(dev), f"{cloud}{suffix}: {sorted(dev - prod)}"
