"""Names of Azure's services that resolve to private addresses inside the VNet."""

from cdktf_cdktf_provider_azurerm.private_dns_zone import PrivateDnsZone
from cdktf_cdktf_provider_azurerm.private_dns_zone_virtual_network_link import PrivateDnsZoneVirtualNetworkLink
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.virtual_network import VirtualNetwork
from constructs import Construct

from ml_platform.label import Labels

BLOB = "privatelink.blob.core.windows.net"
VAULT = "privatelink.vaultcore.azure.net"
"""https://learn.microsoft.com/azure/private-link/private-endpoint-dns"""

POSTGRES_SUFFIX = "private.postgres.database.azure.com"
"""The zone of servers inside a VNet is named by its owner; Azure demands the ending, and a name that is no server's."""


class PrivateDns(Construct):
    """The zones, each linked to ``vnet``. Their ids are read by what puts names into them."""

    def __init__(self, scope: Construct, id: str, *, labels: Labels, group: ResourceGroup, vnet: VirtualNetwork) -> None:
        super().__init__(scope, id)
        self._labels, self._group, self._vnet = labels, group, vnet
        # A name under privatelink that has no record here is somebody else's, and must be found in public DNS.
        self.blob_zone_id = self._zone("blob", BLOB, "NxDomainRedirect")
        self.vault_zone_id = self._zone("vault", VAULT, "NxDomainRedirect")
        self.postgres_zone_id = self._zone("postgres", f"{labels.project}-{labels.environment}.{POSTGRES_SUFFIX}", "Default")

    def _zone(self, id: str, name: str, resolution_policy: str) -> str:
        zone = PrivateDnsZone(self, id, name=name, resource_group_name=self._group.name, tags=self._labels.tags)
        PrivateDnsZoneVirtualNetworkLink(
            self,
            f"{id}-link",
            name=self._labels.name("azure_network_resource", id),
            resource_group_name=self._group.name,
            private_dns_zone_name=zone.name,
            virtual_network_id=self._vnet.id,
            registration_enabled=False,
            resolution_policy=resolution_policy,
            tags=self._labels.tags,
        )
        return zone.id
