"""Storage accounts, hardened: TLS only, nothing anonymous, encrypted twice."""

from typing import Literal

from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.storage_account import (
    StorageAccount,
    StorageAccountBlobProperties,
    StorageAccountCustomerManagedKey,
    StorageAccountIdentity,
    StorageAccountNetworkRules,
    StorageAccountSasPolicy,
)
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.azure._key import Key
from ml_platform.contract.environment import Tier

SAS_PERIOD = "00.01:00:00"
"""The longest life of a shared access signature, as days.hours:minutes:seconds."""


def account(
    scope: Construct,
    id: str,
    *,
    name: str,
    group: ResourceGroup,
    tier: Tier,
    tags: dict[str, str],
    replication: Literal["ZRS", "GZRS"],
    firewall: Literal["Allow", "Deny"],
    blobs: StorageAccountBlobProperties,
    shared_keys: bool = False,
    key: Key | None = None,
) -> StorageAccount:
    """One account. ``replication``: over zones, or also to the paired location. ``firewall``: for whom no rule lets in.

    Azure's trusted services pass the firewall. The public endpoint stays: turning it off would shut them out too. Without ``key``
    Azure's own key encrypts. ``shared_keys`` lets the account's two keys open it, beside Entra; ask for it only where a service can do
    nothing else.
    """
    return StorageAccount(
        scope,
        id,
        name=name,
        location=group.location,
        resource_group_name=group.name,
        account_kind="StorageV2",
        account_tier="Standard",
        account_replication_type=replication,
        access_tier="Hot",
        min_tls_version="TLS1_2",
        https_traffic_only_enabled=True,
        shared_access_key_enabled=shared_keys,
        default_to_oauth_authentication=True,
        local_user_enabled=False,
        sftp_enabled=False,
        allow_nested_items_to_be_public=False,
        allowed_copy_scope="AAD",
        cross_tenant_replication_enabled=False,
        infrastructure_encryption_enabled=True,
        public_network_access_enabled=True,
        network_rules=StorageAccountNetworkRules(default_action=firewall, bypass=["AzureServices"]),
        # "Block" would also stop the signatures that Azure's own services make.
        sas_policy=StorageAccountSasPolicy(expiration_period=SAS_PERIOD, expiration_action="Log"),
        identity=StorageAccountIdentity(type="UserAssigned", identity_ids=[key.identity.id]) if key else None,
        customer_managed_key=(
            StorageAccountCustomerManagedKey(key_vault_key_id=key.id, user_assigned_identity_id=key.identity.id) if key else None
        ),
        blob_properties=blobs,
        tags=tags,
        lifecycle=keep_in_prod(tier),
    )
