"""Ways out to the internet, each in one zone."""

from cdktf_cdktf_provider_azurerm.nat_gateway import NatGateway as AzurermNatGateway
from cdktf_cdktf_provider_azurerm.nat_gateway_public_ip_association import NatGatewayPublicIpAssociation
from cdktf_cdktf_provider_azurerm.public_ip import PublicIp
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from ml_platform.label import Labels

IDLE_MINUTES = 4
"""How long a quiet connection keeps its port, in minutes: Azure's shortest, for ports are what runs out first."""


class NatGateway(Construct):
    """One gateway with one address, both in ``zone``. A StandardV2 gateway would span zones; azurerm 4.55 cannot make one."""

    def __init__(self, scope: Construct, id: str, *, name: str, labels: Labels, group: ResourceGroup, zone: str) -> None:
        super().__init__(scope, id)
        address = PublicIp(
            self,
            "address",
            name=labels.name("azure_network_resource", name),
            location=group.location,
            resource_group_name=group.name,
            sku="Standard",
            allocation_method="Static",
            zones=[zone],
            tags=labels.tags,
        )
        gateway = AzurermNatGateway(
            self,
            "gateway",
            name=labels.name("azure_network_resource", name),
            location=group.location,
            resource_group_name=group.name,
            sku_name="Standard",
            idle_timeout_in_minutes=IDLE_MINUTES,
            zones=[zone],
            tags=labels.tags,
        )
        self._ready = NatGatewayPublicIpAssociation(self, "gateway-address", nat_gateway_id=gateway.id, public_ip_address_id=address.id)

    @property
    def id(self) -> str:
        """The gateway's id, once it has its address."""
        return self._ready.nat_gateway_id
