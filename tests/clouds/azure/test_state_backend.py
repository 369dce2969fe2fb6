"""What the Azure state store promises."""

import pytest

from ml_platform.contract import Environment
from tests.support.configuration import Block, Configuration
from tests.support.synthesis import synthesize

Configurations = dict[str, Configuration]

STATE_STACKS = ["azure-dev-state", "azure-prod-state"]
STACKS = [*STATE_STACKS, "azure-dev", "azure-prod"]
ACCOUNT, VAULT, IDENTITY = "state-backend/account", "state-backend/key/vault", "state-backend/key/identity"
DEPLOYERS = {"azure-dev-state": "33333333-3333-4333-8333-333333333333", "azure-prod-state": "44444444-4444-4444-8444-444444444444"}
SECOND_DEPLOYER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(params=STATE_STACKS)
def store(request: pytest.FixtureRequest, configurations: Configurations) -> Configuration:
    return configurations[request.param]


@pytest.fixture(scope="module")
def moved(environments: dict[str, Environment], tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """The prod store in a location without a pair, and with a second deployer, whose id comes first."""
    prod = environments["azure-prod"]
    account = prod.account.model_copy(update={"location": "italynorth"})
    spec = prod.state_backend.model_copy(update={"deployer_object_ids": (DEPLOYERS["azure-prod-state"], SECOND_DEPLOYER)})
    changed = prod.model_copy(update={"account": account, "state_backend": spec})
    return synthesize([changed], tmp_path_factory.mktemp("moved"))["azure-prod-state"]


def grants(store: Configuration) -> set[tuple[str, str]]:
    return {(block["role_definition_name"], block["principal_id"]) for block in store.resources("azurerm_role_assignment").values()}


def provider(document: Configuration) -> Block:
    (block,) = document.document["provider"]["azurerm"]
    found: Block = block
    return found


def test_only_entra_opens_the_account(store: Configuration) -> None:
    account = store.only("azurerm_storage_account")
    assert account["shared_access_key_enabled"] is False
    assert account["default_to_oauth_authentication"] is True
    assert (account["local_user_enabled"], account["sftp_enabled"]) == (False, False)
    assert account["sas_policy"] == {"expiration_period": "00.01:00:00", "expiration_action": "Log"}
    assert account["cross_tenant_replication_enabled"] is False
    assert account["allowed_copy_scope"] == "AAD"


def test_pipelines_without_a_fixed_address_reach_the_account(store: Configuration) -> None:
    account = store.only("azurerm_storage_account")
    assert account["public_network_access_enabled"] is True
    assert account["network_rules"] == {"default_action": "Allow", "bypass": ["AzureServices"]}


def test_the_account_speaks_tls_1_2_and_nothing_older(store: Configuration) -> None:
    account = store.only("azurerm_storage_account")
    assert account["min_tls_version"] == "TLS1_2"
    assert account["https_traffic_only_enabled"] is True


def test_the_state_is_encrypted_twice(store: Configuration) -> None:
    assert store.only("azurerm_storage_account")["infrastructure_encryption_enabled"] is True


def test_nothing_can_be_read_anonymously(store: Configuration) -> None:
    assert store.only("azurerm_storage_account")["allow_nested_items_to_be_public"] is False
    container = store.only("azurerm_storage_container")
    assert container["container_access_type"] == "private"
    assert store.path_of(container["storage_account_id"]) == ACCOUNT


def test_replaced_and_deleted_states_come_back_for_as_long_as_asked(configurations: Configurations) -> None:
    for name, days in (("azure-dev-state", 30), ("azure-prod-state", 365)):
        assert configurations[name].only("azurerm_storage_account")["blob_properties"] == {
            "versioning_enabled": True,
            "change_feed_enabled": True,
            "change_feed_retention_in_days": days,
            "delete_retention_policy": {"days": days},
            "container_delete_retention_policy": {"days": days},
        }


def test_replaced_states_expire_in_the_states_container_and_current_ones_never(configurations: Configurations) -> None:
    for name, days in (("azure-dev-state", 30), ("azure-prod-state", 365)):
        store = configurations[name]
        policy = store.only("azurerm_storage_management_policy")
        assert store.path_of(policy["storage_account_id"]) == ACCOUNT
        (rule,) = policy["rule"]
        assert rule["enabled"] is True
        assert rule["actions"] == {"version": {"delete_after_days_since_creation": days}}
        container = store.only("azurerm_storage_container")["name"]
        assert rule["filters"] == {"blob_types": ["blockBlob"], "prefix_match": [f"{container}/"]}


def test_prod_survives_the_loss_of_its_location_and_dev_of_a_zone(configurations: Configurations) -> None:
    assert configurations["azure-prod-state"].only("azurerm_storage_account")["account_replication_type"] == "GZRS"
    assert configurations["azure-dev-state"].only("azurerm_storage_account")["account_replication_type"] == "ZRS"


def test_prod_is_copied_over_zones_where_its_location_has_no_pair(moved: Configuration) -> None:
    assert moved.only("azurerm_resource_group")["location"] == "italynorth"
    assert moved.only("azurerm_storage_account")["account_replication_type"] == "ZRS"


def test_the_account_encrypts_with_our_key_as_our_identity_and_follows_rotation(store: Configuration) -> None:
    account = store.only("azurerm_storage_account")
    key, identity = account["customer_managed_key"]["key_vault_key_id"], account["customer_managed_key"]["user_assigned_identity_id"]
    assert store.path_of(key) == "state-backend/key/key"
    assert key.endswith(".versionless_id}"), "an id with a version would stay behind at the first rotation"
    assert store.path_of(identity) == IDENTITY
    assert identity.endswith(".id}")
    assert account["identity"] == {"type": "UserAssigned", "identity_ids": [identity]}


def test_the_key_is_rsa_3072_only_wraps_and_rotates_each_year(store: Configuration) -> None:
    key = store.only("azurerm_key_vault_key")
    assert store.path_of(key["key_vault_id"]) == VAULT
    assert (key["key_type"], key["key_size"], key["key_opts"]) == ("RSA", 3072, ["unwrapKey", "wrapKey"])
    assert key["rotation_policy"] == {"automatic": {"time_after_creation": "P1Y"}}
    assert "expiration_date" not in key, "what is encrypted would become unreadable on that day"


def test_the_identity_may_use_the_key_and_do_nothing_else(store: Configuration) -> None:
    use = store.resource("azurerm_role_assignment", "state-backend/key/use")
    assert use["role_definition_name"] == "Key Vault Crypto Service Encryption User"
    assert use["principal_type"] == "ServicePrincipal"
    assert store.path_of(use["principal_id"]) == IDENTITY
    assert use["principal_id"].endswith(".principal_id}"), "a client_id is no object id: Azure would refuse it"
    assert [role for role, who in grants(store) if who == use["principal_id"]] == [use["role_definition_name"]]


def test_each_deployer_writes_states_and_manages_the_key_and_nobody_else_does(store: Configuration) -> None:
    who = DEPLOYERS[store.name]
    people = {(role, principal) for role, principal in grants(store) if not principal.startswith("$")}
    assert people == {("Storage Blob Data Contributor", who), ("Key Vault Crypto Officer", who)}
    assert store.count("azurerm_role_assignment") == len(people) + 1
    for path, block in store.resources("azurerm_role_assignment").items():
        # Nothing says whether a deployer is a group or a pipeline, so Azure has to find out.
        assert ("principal_type" in block) is (path == "state-backend/key/use")


def test_a_deployer_added_later_moves_nobodys_role(configurations: Configurations, moved: Configuration) -> None:
    before = {
        path: block["principal_id"] for path, block in configurations["azure-prod-state"].resources("azurerm_role_assignment").items()
    }
    after = {path: block["principal_id"] for path, block in moved.resources("azurerm_role_assignment").items()}
    assert before.items() < after.items()
    assert sorted(after[path] for path in after.keys() - before.keys()) == [SECOND_DEPLOYER] * 2
    assert {("Storage Blob Data Contributor", SECOND_DEPLOYER), ("Key Vault Crypto Officer", SECOND_DEPLOYER)} < grants(moved)


def test_roles_are_given_on_a_group_that_holds_nothing_but_the_state(configurations: Configurations) -> None:
    for name in STATE_STACKS:
        store, platform = configurations[name], configurations[name.removesuffix("-state")]
        group = store.only("azurerm_resource_group")
        for block in store.resources("azurerm_role_assignment").values():
            assert store.path_of(block["scope"]) == "state-backend/resource-group"
            assert block["scope"].endswith(".id}")
        assert group["location"] == "westeurope"
        assert group["name"] not in [block["name"] for block in platform.resources("azurerm_resource_group").values()]
        inside = [block for _, _, block in store.every() if "resource_group_name" in block]
        assert {store.path_of(block["resource_group_name"]) for block in inside} == {"state-backend/resource-group"}
        assert {store.path_of(block["location"]) for block in inside} == {"state-backend/resource-group"}


def test_the_vault_waits_for_every_role_on_its_key(configurations: Configurations, moved: Configuration) -> None:
    for store in (*(configurations[name] for name in STATE_STACKS), moved):
        awaited = {store.path_of(f"${{{reference}}}") for reference in store.only("azurerm_key_vault")["depends_on"]}
        roles = store.resources("azurerm_role_assignment").items()
        assert awaited == {path for path, block in roles if block["role_definition_name"].startswith("Key Vault Crypto")}


def test_the_vault_is_opened_by_roles_and_from_everywhere(configurations: Configurations) -> None:
    for name in STATE_STACKS:
        vault = configurations[name].only("azurerm_key_vault")
        assert vault["rbac_authorization_enabled"] is True
        assert "access_policy" not in vault
        assert vault["tenant_id"] == "99999999-9999-4999-8999-999999999999"
        assert vault["public_network_access_enabled"] is True
        assert vault["network_acls"] == {"bypass": "AzureServices", "default_action": "Allow"}


def test_a_deleted_vault_cannot_be_purged_and_is_found_again(configurations: Configurations) -> None:
    for name, days in (("azure-dev-state", 7), ("azure-prod-state", 90)):
        vault = configurations[name].only("azurerm_key_vault")
        assert vault["purge_protection_enabled"] is True
        assert vault["soft_delete_retention_days"] == days
    for name in STACKS:
        assert provider(configurations[name])["features"][0]["key_vault"] == [
            {
                "purge_soft_delete_on_destroy": False,
                "purge_soft_deleted_keys_on_destroy": False,
                "recover_soft_deleted_key_vaults": True,
                "recover_soft_deleted_keys": True,
            }
        ]


def test_prod_locks_its_account_and_its_vault(configurations: Configurations) -> None:
    prod = configurations["azure-prod-state"]
    locks = prod.resources("azurerm_management_lock")
    assert {prod.path_of(lock["scope"]): lock["lock_level"] for lock in locks.values()} == {ACCOUNT: "CanNotDelete", VAULT: "CanNotDelete"}
    assert all(lock["scope"].endswith(".id}") for lock in locks.values())


def test_dev_can_be_torn_down(configurations: Configurations) -> None:
    dev = configurations["azure-dev-state"]
    assert dev.count("azurerm_management_lock") == 0
    assert not [path for _, path, block in dev.every() if "lifecycle" in block]


def test_terraform_refuses_to_destroy_the_state_of_prod(configurations: Configurations) -> None:
    kept = {path for _, path, block in configurations["azure-prod-state"].every() if block.get("lifecycle") == {"prevent_destroy": True}}
    assert kept == {ACCOUNT, "state-backend/container", VAULT, "state-backend/key/key"}


def test_who_reads_a_state_or_uses_its_key_is_recorded_for_a_year(store: Configuration) -> None:
    sent = {}
    for setting in store.resources("azurerm_monitor_diagnostic_setting").values():
        assert store.path_of(setting["log_analytics_workspace_id"]) == "state-backend/access-log/workspace"
        assert setting["log_analytics_workspace_id"].endswith(".id}")
        source = setting["target_resource_id"]
        sent[store.path_of(source), source.partition("}")[2]] = [log["category"] for log in setting["enabled_log"]]
    assert sent == {
        (ACCOUNT, "/blobServices/default"): ["StorageRead", "StorageWrite", "StorageDelete"],
        (VAULT, ""): ["AuditEvent"],
    }
    workspace = store.only("azurerm_log_analytics_workspace")
    assert workspace["retention_in_days"] == 365
    assert workspace["local_authentication_enabled"] is False


def test_both_stacks_keep_their_state_in_the_container_that_exists_and_sign_in_with_entra(configurations: Configurations) -> None:
    for name in STATE_STACKS:
        store, platform = configurations[name], configurations[name.removesuffix("-state")]
        for document in (store, platform):
            backend = document.document["terraform"]["backend"]["azurerm"]
            assert backend == {
                "subscription_id": provider(document)["subscription_id"],
                "tenant_id": provider(document)["tenant_id"],
                "resource_group_name": store.only("azurerm_resource_group")["name"],
                "storage_account_name": store.only("azurerm_storage_account")["name"],
                "container_name": store.only("azurerm_storage_container")["name"],
                "key": f"{document.name}.tfstate",
                "use_azuread_auth": True,
            }, "and no access key, signature or secret"


def test_the_provider_reads_storage_with_entra_and_asks_no_accounts_own_endpoint(configurations: Configurations) -> None:
    for name in STACKS:
        assert provider(configurations[name])["storage_use_azuread"] is True
        assert provider(configurations[name])["features"][0]["storage"] == [{"data_plane_available": False}]


def test_whoever_deploys_needs_no_right_to_register_providers(configurations: Configurations) -> None:
    assert {provider(configurations[name])["resource_provider_registrations"] for name in STACKS} == {"none"}


def test_no_group_goes_while_it_holds_something_terraform_did_not_make(configurations: Configurations) -> None:
    for name in STACKS:
        assert provider(configurations[name])["features"][0]["resource_group"] == [{"prevent_deletion_if_contains_resources": True}]


def test_whatever_can_be_tagged_says_whose_it_is(configurations: Configurations) -> None:
    for name, tier, centre in (("azure-dev-state", "dev", "ml-1001"), ("azure-prod-state", "prod", "ml-1002")):
        tags = {
            "project": "ml-platform",
            "environment": f"azure-{tier}",
            "tier": tier,
            "owner": "ml-platform-team",
            "cost-centre": centre,
            "managed-by": "terraform",
        }
        untagged = {kind for kind, _, block in configurations[name].every() if block.get("tags") != tags}
        assert untagged - {"azurerm_management_lock"} == {
            "azurerm_monitor_diagnostic_setting",
            "azurerm_role_assignment",
            "azurerm_storage_container",
            "azurerm_storage_management_policy",
        }
