"""Where Terraform's states live on Azure: a storage account that only Entra opens, its key, and the record of who read it."""

from typing import Literal

from cdktf_cdktf_provider_azurerm.management_lock import ManagementLock
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.storage_account import (
    StorageAccountBlobProperties,
    StorageAccountBlobPropertiesContainerDeleteRetentionPolicy,
    StorageAccountBlobPropertiesDeleteRetentionPolicy,
)
from cdktf_cdktf_provider_azurerm.storage_container import StorageContainer
from cdktf_cdktf_provider_azurerm.storage_management_policy import (
    StorageManagementPolicy,
    StorageManagementPolicyRule,
    StorageManagementPolicyRuleActions,
    StorageManagementPolicyRuleActionsVersion,
    StorageManagementPolicyRuleFilters,
)
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.azure._access_log import AccessLog
from ml_platform.clouds.azure._grant import grant
from ml_platform.clouds.azure._key import Key
from ml_platform.clouds.azure._storage import account
from ml_platform.contract.environment import AzureEnvironment
from ml_platform.contract.regions import AZURE_UNPAIRED
from ml_platform.label import Labels


class AzureStateBackend(Construct):
    """The state store of one environment, in a resource group that holds nothing else.

    - **Who gets in**: the deployers, by a role on the resource group. The account's keys are off, so nobody else can be handed a way in.
      The role is not on the account, because the lock there would also keep it from being taken away.
    - **From where**: anywhere. Pipelines run on machines without a fixed address, and a state that cannot be reached cannot be repaired.
      What protects it is the Entra token, and nothing is readable without one.
    - **Locking**: by lease on the blob itself; no table is needed.
    - **Copies**: in three zones; in prod also in the paired location, if there is one, so that a lost location leaves the state readable.
    - **Lost by mistake**: versions and soft delete bring blobs and containers back; in prod a lock and Terraform refuse to delete the
      account, its container, its vault and its key.
    """

    def __init__(self, scope: Construct, id: str, *, environment: AzureEnvironment, labels: Labels) -> None:
        super().__init__(scope, id)
        spec, tier = environment.state_backend, environment.tier
        # By object id, not by place in the list: a deployer who leaves must not shift the others' roles.
        deployers = sorted(spec.deployer_object_ids)
        group = ResourceGroup(self, "resource-group", name=spec.resource_group, location=environment.account.location, tags=labels.tags)
        for who in deployers:
            grant(
                self,
                f"deployer-{who}",
                role="Storage Blob Data Contributor",
                to=who,
                on=group.id,
                reason="Reads, writes and locks Terraform's states",
            )
        key = Key(self, "key", environment=environment, labels=labels, group=group, purpose="tfstate", administrators=deployers)
        self._account = account(
            self,
            "account",
            name=spec.storage_account,
            group=group,
            tier=tier,
            tags=labels.tags,
            replication=_replication(environment),
            firewall="Allow",
            blobs=_recoverable(spec.noncurrent_retention_days),
            key=key,
        )
        StorageContainer(
            self,
            "container",
            name=spec.container,
            storage_account_id=self._account.id,
            container_access_type="private",
            lifecycle=keep_in_prod(tier),
        )
        self._expire_versions(spec.container, spec.noncurrent_retention_days)
        AccessLog(self, "access-log", labels=labels, group=group, account_id=self._account.id, vault_id=key.vault.id)
        if tier == "prod":
            self._lock("account", self._account.id, labels)
            self._lock("vault", key.vault.id, labels)

    @property
    def store_name(self) -> str:
        """The storage account's name."""
        return self._account.name

    def _expire_versions(self, container: str, days: int) -> None:
        StorageManagementPolicy(
            self,
            "expiry",
            storage_account_id=self._account.id,
            rule=[
                StorageManagementPolicyRule(
                    name="expire-replaced-versions",
                    enabled=True,
                    filters=StorageManagementPolicyRuleFilters(blob_types=["blockBlob"], prefix_match=[f"{container}/"]),
                    actions=StorageManagementPolicyRuleActions(
                        version=StorageManagementPolicyRuleActionsVersion(delete_after_days_since_creation=days)
                    ),
                )
            ],
        )

    def _lock(self, what: str, resource_id: str, labels: Labels) -> None:
        ManagementLock(
            self,
            f"{what}-lock",
            name=labels.name("azure_lock", "tfstate", what),
            scope=resource_id,
            lock_level="CanNotDelete",
            notes="Terraform's state: remove this lock only to give the environment up.",
        )


def _replication(environment: AzureEnvironment) -> Literal["ZRS", "GZRS"]:
    paired = environment.account.location not in AZURE_UNPAIRED
    return "GZRS" if environment.tier == "prod" and paired else "ZRS"


def _recoverable(days: int) -> StorageAccountBlobProperties:
    # Azure counts a version's age from when it was written, not replaced: a state that rested for long loses its last version the day
    # after it is replaced. Soft delete then keeps it for these days more, and so keeps the promise.
    return StorageAccountBlobProperties(
        versioning_enabled=True,
        change_feed_enabled=True,
        change_feed_retention_in_days=days,
        delete_retention_policy=StorageAccountBlobPropertiesDeleteRetentionPolicy(days=days),
        container_delete_retention_policy=StorageAccountBlobPropertiesContainerDeleteRetentionPolicy(days=days),
    )
