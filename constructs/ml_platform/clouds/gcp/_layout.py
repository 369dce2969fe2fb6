"""Which addresses of the network are for what."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from ml_platform.contract.network import carve

# The network is cut into sixteen. Everything lies inside it, pods and Google's own ends of the line too, so that environments that are
# disjoint can be connected. Sizes for a /16 and for a /20, the largest and the smallest the contract allows:
#
#   parts    for               /16 -> /20   why
#   0 to 7   pods              /17 -> /21   GKE gives each node a /24 at 110 pods, a /26 at 32: 128 or 512 nodes, 8 or 32
#   8        nodes             /20 -> /24   4 addresses are Google's: 4,092 nodes, 252; always more than the pods' range has room for
#   9        services          /20 -> /24   cluster addresses of Kubernetes services: 4,096, 256
#   10       private services  /20 -> /24   Cloud SQL's end of the peering; Google asks for a /24 at least
#   11       control plane     /28 -> /28   the first sixteen addresses of the part: GKE takes exactly a /28
#   11       proxies           /21 -> /25   the part's second half: reserved for regional load balancers, which need a /26 at least
#   12 to 15 nothing           /18 -> /22   spare: a second range of pods, half as many again, once the first is full
PODS_BITS, PART_BITS, HALF_PART_BITS = 1, 4, 5
NODES_PART, SERVICES_PART, PRIVATE_SERVICES_PART, EDGE_PART = 8, 9, 10, 11
CONTROL_PLANE_LENGTH = 28


@dataclass(frozen=True)
class Layout:
    """The ranges of one network, in CIDR notation. They never overlap, and never change: moving one replaces what lives in it."""

    network: str
    pods: str
    nodes: str
    services: str
    private_services: str
    control_plane: str
    proxies: str


def layout(cidr: str) -> Layout:
    """The ranges in ``cidr``."""
    edge = carve(cidr, PART_BITS, EDGE_PART)
    return Layout(
        network=cidr,
        pods=carve(cidr, PODS_BITS, 0),
        nodes=carve(cidr, PART_BITS, NODES_PART),
        services=carve(cidr, PART_BITS, SERVICES_PART),
        private_services=carve(cidr, PART_BITS, PRIVATE_SERVICES_PART),
        control_plane=carve(edge, CONTROL_PLANE_LENGTH - IPv4Network(edge).prefixlen, 0),
        proxies=carve(cidr, HALF_PART_BITS, EDGE_PART * 2 + 1),
    )
