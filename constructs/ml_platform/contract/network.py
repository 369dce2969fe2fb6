"""What an environment asks of its network, and what others read of it."""

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Field

from ml_platform.contract.spec import Spec, wrong

PRIVATE_RANGES = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918. Other ranges would hide public addresses from the cluster."""

DOCKER_BRIDGE = IPv4Network("172.17.0.0/16")
"""The default bridge of container engines; hosts in it cannot be reached from nodes that run one."""

LARGEST_PREFIX, SMALLEST_PREFIX = 16, 20
"""A VPC of AWS is /16 at most; below /20 a zone's share is too small for a node pool with its pods."""

_ALLOWED = "an IPv4 network of /16 to /20 inside 10.0.0.0/8, 172.16.0.0/12 (but 172.17.0.0/16) or 192.168.0.0/16."


def _platform_network(value: str) -> str:
    try:
        network = IPv4Network(value, strict=False)
        exact = "/" in value and str(network) == value
    except ValueError:
        raise wrong("is not a network in CIDR notation.", _ALLOWED, 'Write it like "10.16.0.0/16".') from None
    if not exact:
        raise wrong("is not the first address and the length of a network.", _ALLOWED, f'Did you mean "{network}"?')
    if not LARGEST_PREFIX <= network.prefixlen <= SMALLEST_PREFIX:
        size = "large" if network.prefixlen < LARGEST_PREFIX else "small"
        raise wrong(f"is too {size}.", _ALLOWED, f"Choose a length from /{LARGEST_PREFIX} to /{SMALLEST_PREFIX}.")
    if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        raise wrong("is not inside a private range.", _ALLOWED, "Choose a private network that none of yours overlaps.")
    if network.overlaps(DOCKER_BRIDGE):
        raise wrong(f"overlaps {DOCKER_BRIDGE}, the default bridge of container engines.", _ALLOWED, "Choose another network.")
    return value


class NetworkSpec(Spec):
    """The environment's private network."""

    cidr: Annotated[str, AfterValidator(_platform_network), Field(examples=["10.16.0.0/16"])]
    """The network's addresses in CIDR notation: /16 to /20, private, disjoint from every other environment's. Fixed for good."""

    nat: Literal["one-per-environment", "one-per-zone"]
    """Gateways to the internet: one (cheaper, lost with its zone) or one in each zone. Google's is regional: one-per-environment."""

    flow_log_retention_days: Literal[7, 14, 30, 60, 90, 180, 365]
    """How long records of the network's flows are kept, in days."""


class Network(Protocol):
    """What the other capabilities read of the network."""

    @property
    def network_id(self) -> str:
        """The id by which the cloud's other resources name the network."""
        ...

    @property
    def node_subnet_ids(self) -> Sequence[str]:
        """The private subnets for nodes, in the order of the environment's zones where the cloud has one per zone."""
        ...


def carve(cidr: str, prefix: int, index: int) -> str:
    """The ``index``-th network of length ``cidr``'s + ``prefix`` bits inside ``cidr``, as Terraform's ``cidrsubnet`` counts.

    Raises IndexError where ``cidr`` has no such part.
    """
    network = IPv4Network(cidr)
    length = network.prefixlen + prefix
    if not 0 <= index < 2**prefix:
        raise IndexError(f"{cidr} has {2**prefix} parts of /{length}, there is no part {index}")
    return str(IPv4Network((int(network.network_address) + index * 2 ** (32 - length), length)))
