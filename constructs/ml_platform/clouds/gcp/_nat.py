"""The way out to the internet for nodes that have no address there."""

from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.compute_router import ComputeRouter
from cdktf_cdktf_provider_google.compute_router_nat import (
    ComputeRouterNat,
    ComputeRouterNatLogConfig,
    ComputeRouterNatSubnetwork,
)
from cdktf_cdktf_provider_google.compute_subnetwork import ComputeSubnetwork
from constructs import Construct

from ml_platform.label import Labels

MINIMUM_PORTS, MAXIMUM_PORTS = 64, 8192
"""How many connections a node may have open to one and the same address and port: what it always has, and what it may grow to."""


class Nat(Construct):
    """Cloud NAT for ``subnet``: its nodes and the secondary range ``pods``, nothing else.

    It is part of the region's network, not a machine in a zone: there is one, and no zone's loss takes it away.

    A listed subnet, rather than all: a subnet that someone adds has no internet before this list says so. Ports are dynamic: a node that
    pulls images or a data set opens thousands of connections to one host, an idle one gives its ports back; each address has 64,512, and
    Google adds addresses when they run out. Only errors are logged, which are the connections refused for want of a port: the others are
    in the flow logs.
    """

    def __init__(self, scope: Construct, id: str, *, labels: Labels, vpc: ComputeNetwork, subnet: ComputeSubnetwork, pods: str) -> None:
        super().__init__(scope, id)
        router = ComputeRouter(self, "router", name=labels.name("gcp_compute_resource", "router"), network=vpc.id)
        ComputeRouterNat(
            self,
            "nat",
            name=labels.name("gcp_compute_resource", "nat"),
            router=router.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetwork=[
                ComputeRouterNatSubnetwork(
                    name=subnet.id,
                    source_ip_ranges_to_nat=["PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"],
                    secondary_ip_range_names=[pods],
                )
            ],
            enable_dynamic_port_allocation=True,
            # Google refuses both together.
            enable_endpoint_independent_mapping=False,
            min_ports_per_vm=MINIMUM_PORTS,
            max_ports_per_vm=MAXIMUM_PORTS,
            log_config=ComputeRouterNatLogConfig(enable=True, filter="ERRORS_ONLY"),
        )
