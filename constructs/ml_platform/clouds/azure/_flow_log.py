"""Records of the VNet's flows, in a storage account of their own."""

from cdktf_cdktf_provider_azurerm.network_watcher_flow_log import NetworkWatcherFlowLog, NetworkWatcherFlowLogRetentionPolicy
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.storage_account import (
    StorageAccountBlobProperties,
    StorageAccountBlobPropertiesContainerDeleteRetentionPolicy,
)
from cdktf_cdktf_provider_azurerm.virtual_network import VirtualNetwork
from constructs import Construct

from ml_platform.clouds.azure._storage import account
from ml_platform.contract.environment import AzureEnvironment
from ml_platform.label import Labels

WATCHER_GROUP = "NetworkWatcherRG"
"""Azure's own resource group for network watchers."""

CONTAINER_SOFT_DELETE_DAYS = 7
"""How long a deleted container of records can be brought back, in days."""


class FlowLogs(Construct):
    """All flows of ``vnet``, kept as long as the environment asks.

    - Azure makes the network watcher by itself, with a location's first VNet, and a subscription can have only one in each location. So
      it is named here and not made.
    - The account's keys are on: Azure writes with them, for azurerm 4.55 cannot give the flow log an identity
      (hashicorp/terraform-provider-azurerm#30219). To be turned off once it can. The firewall lets in nobody but Azure's trusted
      services, of which the network watcher is one; who reads the records lets their own address in for that time.
    - Azure's own key encrypts, twice: the records hold addresses and ports, no content.
    - Azure rewrites each hour's blob every minute. Versions or soft delete of blobs would keep every one of them, many times the size.
    - The account has no lifecycle rule of ours: the flow log's retention writes one, and replaces any other.
    """

    def __init__(
        self, scope: Construct, id: str, *, environment: AzureEnvironment, labels: Labels, group: ResourceGroup, vnet: VirtualNetwork
    ) -> None:
        super().__init__(scope, id)
        records = account(
            self,
            "account",
            name=labels.name("azure_storage_account", "flowlogs"),
            group=group,
            tier=environment.tier,
            tags=labels.tags,
            replication="ZRS",
            firewall="Deny",
            shared_keys=True,
            blobs=StorageAccountBlobProperties(
                container_delete_retention_policy=StorageAccountBlobPropertiesContainerDeleteRetentionPolicy(
                    days=CONTAINER_SOFT_DELETE_DAYS
                )
            ),
        )
        NetworkWatcherFlowLog(
            self,
            "flow-log",
            name=labels.name("azure_network_resource", "flow-logs"),
            location=group.location,
            network_watcher_name=f"NetworkWatcher_{environment.account.location}",
            resource_group_name=WATCHER_GROUP,
            target_resource_id=vnet.id,
            storage_account_id=records.id,
            enabled=True,
            version=2,
            retention_policy=NetworkWatcherFlowLogRetentionPolicy(enabled=True, days=environment.network.flow_log_retention_days),
            tags=labels.tags,
        )
