"""The VPC: one subnet for nodes and pods, private services access, the way out, and the firewall."""

from collections.abc import Sequence

from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.compute_subnetwork import ComputeSubnetwork, ComputeSubnetworkSecondaryIpRange
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.gcp._firewall import Firewall
from ml_platform.clouds.gcp._flow_log import FlowLogs, recorded_flows
from ml_platform.clouds.gcp._layout import layout
from ml_platform.clouds.gcp._nat import Nat
from ml_platform.clouds.gcp._private_services import PrivateServices
from ml_platform.clouds.gcp._services import PLATFORM, Services
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import Labels

PODS, SERVICES = "pods", "services"
"""The names of the node subnet's secondary ranges."""


class GcpNetwork(Construct):
    """The network of one environment. A subnet of Google's is regional: one holds the nodes of every zone.

    ``node_tag`` is the network tag that opens the firewall to a node: every node pool carries it.
    """

    def __init__(self, scope: Construct, id: str, *, environment: GcpEnvironment, labels: Labels) -> None:
        super().__init__(scope, id)
        self._labels, tier = labels, environment.tier
        self.ranges = layout(environment.network.cidr)
        self.node_tag = labels.name("gcp_compute_resource", "node")
        services = Services(self, "services", PLATFORM).enabled

        self.vpc = ComputeNetwork(
            self,
            "vpc",
            name=labels.name("gcp_compute_resource", "vpc"),
            auto_create_subnetworks=False,
            # Nothing lives in another region, so nothing has to learn the routes there.
            routing_mode="REGIONAL",
            # The default route stays: NAT and Private Google Access both use it. No machine has an external address, and the firewall
            # decides what leaves.
            delete_default_routes_on_create=False,
            lifecycle=keep_in_prod(tier),
            depends_on=services,
        )
        self.node_subnet = self._node_subnet(environment)
        self.private_services = PrivateServices(
            self,
            "private-services",
            environment=environment,
            labels=labels,
            vpc=self.vpc,
            cidr=self.ranges.private_services,
        )
        Nat(self, "internet", labels=labels, vpc=self.vpc, subnet=self.node_subnet, pods=PODS)
        Firewall(self, "firewall", labels=labels, vpc=self.vpc, ranges=self.ranges, node_tag=self.node_tag)
        FlowLogs(self, "flow-logs", environment=environment, labels=labels, subnet=self.node_subnet, depends_on=services)

    @property
    def network_id(self) -> str:
        """The VPC's id, ``projects/<project>/global/networks/<name>``."""
        return self.vpc.id

    @property
    def node_subnet_ids(self) -> Sequence[str]:
        """The one node subnet's id."""
        return [self.node_subnet.id]

    def _node_subnet(self, environment: GcpEnvironment) -> ComputeSubnetwork:
        return ComputeSubnetwork(
            self,
            "node-subnet",
            name=self._labels.name("gcp_compute_resource", "nodes"),
            network=self.vpc.id,
            stack_type="IPV4_ONLY",
            ip_cidr_range=self.ranges.nodes,
            secondary_ip_range=[
                ComputeSubnetworkSecondaryIpRange(range_name=PODS, ip_cidr_range=self.ranges.pods),
                ComputeSubnetworkSecondaryIpRange(range_name=SERVICES, ip_cidr_range=self.ranges.services),
            ],
            private_ip_google_access=True,
            log_config=recorded_flows(),
            lifecycle=keep_in_prod(environment.tier),
        )
