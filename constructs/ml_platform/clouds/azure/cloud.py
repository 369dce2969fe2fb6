"""Azure: the provider, the backend, and the capabilities."""

from cdktf import AzurermBackend, TerraformStack
from cdktf_cdktf_provider_azurerm.provider import (
    AzurermProvider,
    AzurermProviderFeatures,
    AzurermProviderFeaturesKeyVault,
    AzurermProviderFeaturesResourceGroup,
    AzurermProviderFeaturesStorage,
)

from ml_platform.clouds._terraform import require_terraform
from ml_platform.clouds.azure.network import AzureNetwork
from ml_platform.clouds.azure.state_backend import AzureStateBackend
from ml_platform.contract.environment import AzureEnvironment
from ml_platform.label import labels


class AzureCloud:
    """Azure in one environment's subscription and location."""

    def __init__(self, environment: AzureEnvironment) -> None:
        self.environment = environment
        self.labels = labels(environment, environment.account.subscription_id)

    def configure(self, stack: TerraformStack) -> None:
        """Add the Azure provider, bound to the subscription and the tenant, and the backend. Who deploys, and how, the surroundings say."""
        account, state = self.environment.account, self.environment.state_backend
        require_terraform(stack)
        AzurermProvider(
            stack,
            "azurerm",
            subscription_id=account.subscription_id,
            tenant_id=account.tenant_id,
            features=[_features()],
            # With Entra tokens, never with an account's key.
            storage_use_azuread=True,
            # An owner registers the resource providers once (docs/operations.md), so whoever deploys needs no right to.
            resource_provider_registrations="none",
        )
        AzurermBackend(
            stack,
            subscription_id=account.subscription_id,
            tenant_id=account.tenant_id,
            resource_group_name=state.resource_group,
            storage_account_name=state.storage_account,
            container_name=state.container,
            key=f"{stack.node.id}.tfstate",
            use_azuread_auth=True,
        )

    def state_backend(self, stack: TerraformStack) -> AzureStateBackend:
        """Create the storage account, its container and its key."""
        return AzureStateBackend(stack, "state-backend", environment=self.environment, labels=self.labels)

    def network(self, stack: TerraformStack) -> AzureNetwork:
        """Create the VNet."""
        return AzureNetwork(stack, "network", environment=self.environment, labels=self.labels)


def _features() -> AzurermProviderFeatures:
    vaults = AzurermProviderFeaturesKeyVault(
        # Purge protection forbids purging; asking for it would fail every destroy. What comes back finds its old vault and key.
        purge_soft_delete_on_destroy=False,
        purge_soft_deleted_keys_on_destroy=False,
        recover_soft_deleted_key_vaults=True,
        recover_soft_deleted_keys=True,
    )
    return AzurermProviderFeatures(
        key_vault=[vaults],
        resource_group=[AzurermProviderFeaturesResourceGroup(prevent_deletion_if_contains_resources=True)],
        # Make and read accounts through Azure's management only. Otherwise the provider asks each new account's own endpoints: those
        # refuse whoever has no role on its data yet, and those behind a firewall answer nobody. To be removed with azurerm 5, which
        # does so always.
        storage=[AzurermProviderFeaturesStorage(data_plane_available=False)],
    )
