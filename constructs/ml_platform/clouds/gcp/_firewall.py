"""What may enter and leave the VPC: nothing but what is named here."""

from collections.abc import Sequence

from cdktf_cdktf_provider_google.compute_firewall import (
    ComputeFirewall,
    ComputeFirewallAllow,
    ComputeFirewallDeny,
    ComputeFirewallLogConfig,
)
from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from constructs import Construct

from ml_platform.clouds.gcp._layout import Layout
from ml_platform.label import Labels

ANYWHERE = "0.0.0.0/0"

HEALTH_CHECKS = ("35.191.0.0/16", "130.211.0.0/22")
"""Where Google's load balancers and their health checks come from.

Source: https://cloud.google.com/load-balancing/docs/firewall-rules, 2026-11-23.
"""

CONTROL_PLANE_PORTS = ("443", "6443", "8443", "9443", "10250")
"""What the control plane calls on nodes, TCP: metrics server and webhooks (443), aggregated APIs such as KEDA's metrics (6443), webhooks
(8443, 9443), the kubelet (10250). A chart whose webhook listens elsewhere needs its port here."""

LAST_PRIORITY = 65534
"""Behind every other rule but Google's implied ones. Lower numbers win; rules are at 1000 where they say nothing, GKE's too."""


class Firewall(Construct):
    """The rules of one VPC. ``node_tag`` is the network tag that every node carries.

    Both directions are denied unless a rule allows them, and what is denied is logged: without the rules, Google denies in silence and
    lets everything out. Out go the environment's own network and HTTPS: registries and model hubs have no fixed addresses to name, but
    shells, miners and mail seldom use 443. Allowed flows need no log here, the flow logs have them. The metadata server, with DNS and
    time, is outside any firewall.

    A tag rather than a service account names the nodes, because the rules come before the accounts. Whoever may set tags on a machine may
    change it anyway.

    GKE adds rules of its own, in, at priority 1000: for the kubelet and metrics server from the control plane, between nodes and pods, and
    one for each load balancer. It adds none out. The rules here repeat what a node cannot live without, and add the webhooks' ports.
    """

    def __init__(self, scope: Construct, id: str, *, labels: Labels, vpc: ComputeNetwork, ranges: Layout, node_tag: str) -> None:
        super().__init__(scope, id)
        self._labels, self._vpc, self._node_tag = labels, vpc, node_tag
        self._deny("deny-ingress", "INGRESS", "Whatever no other rule lets in")
        self._deny("deny-egress", "EGRESS", "Whatever no other rule lets out")
        self._allow_in("control-plane", "Webhooks and kubelets, from the control plane", [ranges.control_plane], "tcp", CONTROL_PLANE_PORTS)
        self._allow_in("nodes-and-pods", "Nodes and pods among themselves", [ranges.nodes, ranges.pods], "all")
        # Any port: a load balancer that targets pods checks and calls the port the container listens on.
        self._allow_in("load-balancers", "Google's load balancers and their health checks", HEALTH_CHECKS, "tcp")
        self._allow_out("own-network", "The environment's own network: pods, databases, control plane", ranges.network, "all")
        self._allow_out("https", "HTTPS: Google's APIs, registries, model hubs", ANYWHERE, "tcp", ["443"])

    def _deny(self, id: str, direction: str, description: str) -> None:
        inwards = direction == "INGRESS"
        ComputeFirewall(
            self,
            id,
            name=self._labels.name("gcp_compute_resource", id),
            description=description,
            network=self._vpc.id,
            direction=direction,
            priority=LAST_PRIORITY,
            source_ranges=[ANYWHERE] if inwards else None,
            destination_ranges=None if inwards else [ANYWHERE],
            deny=[ComputeFirewallDeny(protocol="all")],
            log_config=ComputeFirewallLogConfig(metadata="INCLUDE_ALL_METADATA"),
        )

    def _allow_in(self, id: str, description: str, sources: Sequence[str], protocol: str, ports: Sequence[str] | None = None) -> None:
        ComputeFirewall(
            self,
            f"from-{id}",
            name=self._labels.name("gcp_compute_resource", "from", id),
            description=description,
            network=self._vpc.id,
            direction="INGRESS",
            source_ranges=list(sources),
            target_tags=[self._node_tag],
            allow=[ComputeFirewallAllow(protocol=protocol, ports=list(ports) if ports else None)],
        )

    def _allow_out(self, id: str, description: str, destination: str, protocol: str, ports: Sequence[str] | None = None) -> None:
        ComputeFirewall(
            self,
            f"to-{id}",
            name=self._labels.name("gcp_compute_resource", "to", id),
            description=description,
            network=self._vpc.id,
            direction="EGRESS",
            destination_ranges=[destination],
            target_tags=[self._node_tag],
            allow=[ComputeFirewallAllow(protocol=protocol, ports=list(ports) if ports else None)],
        )
