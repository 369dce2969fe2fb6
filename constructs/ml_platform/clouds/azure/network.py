"""The VNet: subnets for nodes, private endpoints and databases, who may talk to whom, and the ways out."""

from collections.abc import Sequence

from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.subnet import Subnet, SubnetDelegation, SubnetDelegationServiceDelegation
from cdktf_cdktf_provider_azurerm.subnet_nat_gateway_association import SubnetNatGatewayAssociation
from cdktf_cdktf_provider_azurerm.subnet_network_security_group_association import SubnetNetworkSecurityGroupAssociation
from cdktf_cdktf_provider_azurerm.virtual_network import VirtualNetwork
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.azure import _security_group as rules
from ml_platform.clouds.azure._flow_log import FlowLogs
from ml_platform.clouds.azure._nat_gateway import NatGateway
from ml_platform.clouds.azure._private_dns import PrivateDns
from ml_platform.clouds.azure._security_group import Allow, security_group
from ml_platform.contract.environment import AzureEnvironment
from ml_platform.contract.network import carve
from ml_platform.label import Labels

# The network is cut into eight: parts 0 to 2 are the zones' subnets, part 3 is free, parts 4 and 5 together are the one subnet of a network
# with one NAT gateway, part 6 holds private endpoints and part 7 databases, each in the first eighth. So the two ways of NAT never overlap,
# nodes can be moved from one to the other, and a zone added later changes no address.
ZONE_BITS, ONE_SUBNET_BITS, SHARED_BITS = 3, 2, 6
ONE_SUBNET, ENDPOINT_PART, DATABASE_PART = 2, 6, 7

POD_CIDR = "100.64.0.0/14"
"""The pods' addresses in the overlay: outside every environment's network (RFC 6598), a /24 for each of 1024 nodes."""

_POSTGRES = SubnetDelegation(
    name="postgres",
    service_delegation=SubnetDelegationServiceDelegation(
        name="Microsoft.DBforPostgreSQL/flexibleServers", actions=["Microsoft.Network/virtualNetworks/subnets/join/action"]
    ),
)


class AzureNetwork(Construct):
    """The network of one environment.

    A subnet spans all zones and has one NAT gateway, which stands in one zone. So with one gateway there is one subnet for nodes; with a
    gateway in each zone there is a subnet for each, and a node pool goes to that of its zone. No subnet has Azure's own way out, which is
    neither stable nor ours: only nodes reach the internet.
    """

    def __init__(self, scope: Construct, id: str, *, environment: AzureEnvironment, labels: Labels) -> None:
        super().__init__(scope, id)
        self._labels = labels
        cidr = environment.network.cidr
        self._group = ResourceGroup(
            self,
            "resource-group",
            name=labels.name("azure_resource_group", "network"),
            location=environment.account.location,
            tags=labels.tags,
        )
        self.vnet = VirtualNetwork(
            self,
            "vnet",
            name=labels.name("azure_network_resource"),
            location=self._group.location,
            resource_group_name=self._group.name,
            address_space=[cidr],
            tags=labels.tags,
            lifecycle=keep_in_prod(environment.tier),
        )
        self._node_subnet_ids, nodes = self._nodes(environment)
        endpoints = carve(cidr, SHARED_BITS, ENDPOINT_PART * 8)
        databases = carve(cidr, SHARED_BITS, DATABASE_PART * 8)
        self.endpoint_subnet_id = self._closed("private-endpoints", endpoints, rules.private_endpoints(nodes))
        self.database_subnet_id = self._closed("database", databases, rules.database(nodes, databases), _POSTGRES)
        self.private_dns = PrivateDns(self, "private-dns", labels=labels, group=self._group, vnet=self.vnet)
        FlowLogs(self, "flow-logs", environment=environment, labels=labels, group=self._group, vnet=self.vnet)

    @property
    def network_id(self) -> str:
        """The VNet's id."""
        return self.vnet.id

    @property
    def node_subnet_ids(self) -> Sequence[str]:
        """The nodes' subnets, each once it is guarded and has its way out: one for all zones, or one for each, as the NAT gateways are."""
        return self._node_subnet_ids

    def _nodes(self, environment: AzureEnvironment) -> tuple[list[str], list[str]]:
        """The ids and the address ranges of the nodes' subnets."""
        cidr, zones = environment.network.cidr, environment.account.zones
        if environment.network.nat == "one-per-zone":
            subnets = {f"nodes-{n + 1}": carve(cidr, ZONE_BITS, n) for n in range(len(zones))}
        else:
            subnets = {"nodes": carve(cidr, ONE_SUBNET_BITS, ONE_SUBNET)}
        ranges = list(subnets.values())
        guard = security_group(
            self, "nodes-rules", labels=self._labels, group=self._group, role="nodes", rules=rules.nodes(ranges, POD_CIDR)
        )
        ids = []
        # One subnet takes the first zone only, as there is one gateway.
        for n, ((name, addresses), zone) in enumerate(zip(subnets.items(), zones, strict=False)):
            nat = NatGateway(self, f"nat-{n + 1}", name=f"nat-{n + 1}", labels=self._labels, group=self._group, zone=zone)
            guarded = self._subnet(name, addresses, guard.id)
            way_out = SubnetNatGatewayAssociation(self, f"{name}-nat", subnet_id=guarded, nat_gateway_id=nat.id)
            ids.append(way_out.subnet_id)
        return ids, ranges

    def _closed(self, role: str, addresses: str, admitted: Sequence[Allow], delegation: SubnetDelegation | None = None) -> str:
        guard = security_group(self, f"{role}-rules", labels=self._labels, group=self._group, role=role, rules=admitted)
        return self._subnet(role, addresses, guard.id, delegation)

    def _subnet(self, name: str, addresses: str, guard_id: str, delegation: SubnetDelegation | None = None) -> str:
        """The subnet's id, by way of its association: who uses it waits until it is guarded."""
        subnet = Subnet(
            self,
            name,
            name=name,
            resource_group_name=self._group.name,
            virtual_network_name=self.vnet.name,
            address_prefixes=[addresses],
            default_outbound_access_enabled=False,
            # Otherwise the rules do not hold for private endpoints.
            private_endpoint_network_policies="Enabled",
            delegation=[delegation] if delegation else None,
        )
        return SubnetNetworkSecurityGroupAssociation(
            self, f"{name}-guard", subnet_id=subnet.id, network_security_group_id=guard_id
        ).subnet_id
