"""Who may talk to whom inside the VNet: one network security group for each kind of subnet."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_azurerm.network_security_group import NetworkSecurityGroup, NetworkSecurityGroupSecurityRule
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from ml_platform.label import Labels

HTTPS = ("443",)
POSTGRES = ("5432", "6432")
"""PostgreSQL itself, and the PgBouncer in front of it."""

_FIRST, _STEP, _LAST = 100, 10, 4096


@dataclass(frozen=True)
class Allow:
    """Lets ``sources`` in: networks, or one of Azure's service tags. No ``ports`` means all, by any protocol; else TCP to those."""

    name: str
    reason: str
    sources: Sequence[str]
    ports: Sequence[str] = ()


def nodes(own: Sequence[str], pods: str) -> list[Allow]:
    """What reaches nodes. ``own``: their subnets.

    The internet does not: AKS opens a public load balancer's ports in the group on the nodes' interfaces only, and this one refuses them
    still. So a service becomes public by a rule here, which is reviewed, and never by a line in a chart.
    """
    return [
        Allow(
            "nodes-and-pods",
            "Kubelets, pods and node ports; the overlay sends packets with the pods' own addresses",
            [*own, pods],
        ),
        Allow("load-balancer-probes", "Azure's load balancers ask whether a node is well", ["AzureLoadBalancer"]),
        Allow("internal-https", "Internal load balancers, from this and peered networks", ["VirtualNetwork"], HTTPS),
    ]


def private_endpoints(node_subnets: Sequence[str]) -> list[Allow]:
    """What reaches private endpoints: pods leave the overlay with their node's address."""
    return [Allow("https-from-nodes", "Blob storage and Key Vault", node_subnets, HTTPS)]


def database(node_subnets: Sequence[str], own: str) -> list[Allow]:
    """What reaches the database servers. Two of them replicate to each other by the same ports.

    https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private
    """
    return [
        Allow("postgres-from-nodes", "PostgreSQL and PgBouncer", node_subnets, POSTGRES),
        Allow("replication", "A server and its standby", [own], POSTGRES),
    ]


def security_group(
    scope: Construct, id: str, *, labels: Labels, group: ResourceGroup, role: str, rules: Sequence[Allow]
) -> NetworkSecurityGroup:
    """A group that admits ``rules`` and nothing else. Outbound, Azure's defaults hold: what leaves is the NAT gateway's business.

    Azure's default rules admit every peered network, so the last rule denies the rest. The rules stand inside the group: one added by
    hand shows as a change.
    """
    return NetworkSecurityGroup(
        scope,
        id,
        name=labels.name("azure_network_resource", role),
        location=group.location,
        resource_group_name=group.name,
        security_rule=[*(_admit(rule, _FIRST + _STEP * n) for n, rule in enumerate(rules)), _DENY],
        tags=labels.tags,
    )


def _admit(rule: Allow, priority: int) -> NetworkSecurityGroupSecurityRule:
    # Azure takes a service tag, and `*`, only as the one value of the singular field.
    tag = rule.sources[0] if len(rule.sources) == 1 else None
    port = rule.ports[0] if len(rule.ports) == 1 else None if rule.ports else "*"
    return NetworkSecurityGroupSecurityRule(
        name=rule.name,
        description=rule.reason,
        priority=priority,
        direction="Inbound",
        access="Allow",
        protocol="Tcp" if rule.ports else "*",
        source_address_prefix=tag,
        source_address_prefixes=None if tag else list(rule.sources),
        source_port_range="*",
        destination_address_prefix="*",
        destination_port_range=port,
        destination_port_ranges=None if port else list(rule.ports),
    )


_DENY = NetworkSecurityGroupSecurityRule(
    name="deny-the-rest",
    description="Nothing else comes in, from peered networks either",
    priority=_LAST,
    direction="Inbound",
    access="Deny",
    protocol="*",
    source_address_prefix="*",
    source_port_range="*",
    destination_address_prefix="*",
    destination_port_range="*",
)
