"""What the Google Cloud network promises."""

from dataclasses import asdict
from ipaddress import IPv4Network
from itertools import combinations

import pytest

from ml_platform.clouds.gcp._layout import layout
from ml_platform.contract import Environment, GcpEnvironment
from tests.support.configuration import Block, Configuration

Configurations = dict[str, Configuration]
Environments = dict[str, Environment]

ANYWHERE = "0.0.0.0/0"


@pytest.fixture(params=["gcp-dev", "gcp-prod"])
def network(request: pytest.FixtureRequest, configurations: Configurations) -> Configuration:
    return configurations[request.param]


@pytest.fixture
def cidr(network: Configuration, environments: Environments) -> IPv4Network:
    return IPv4Network(environments[network.name].network.cidr)


def _after(document: Configuration, block: Block) -> set[str]:
    """The paths of what Terraform finishes before it begins ``block``."""
    return {document.path_of(f"${{{address}}}") for address in block["depends_on"]}


def _rules(document: Configuration, direction: str, action: str) -> dict[str, Block]:
    """The firewall's rules by name, ``action`` being what they do: allow or deny."""
    rules = document.resources("google_compute_firewall").items()
    return {path.removeprefix("network/firewall/"): r for path, r in rules if r["direction"] == direction and action in r}


def _secondary(document: Configuration) -> dict[str, str]:
    return {r["range_name"]: r["ip_cidr_range"] for r in document.only("google_compute_subnetwork")["secondary_ip_range"]}


def _private_services(document: Configuration) -> str:
    reserved = document.only("google_compute_global_address")
    return f"{reserved['address']}/{reserved['prefix_length']}"


def _assert_disjoint_parts(whole: IPv4Network, parts: dict[str, str]) -> None:
    ranges = {name: IPv4Network(text) for name, text in parts.items()}
    assert [name for name, part in ranges.items() if not part.subnet_of(whole)] == []
    assert [(a, b) for a, b in combinations(ranges, 2) if ranges[a].overlaps(ranges[b])] == []


def test_the_vpc_has_no_subnet_but_ours(network: Configuration) -> None:
    vpc = network.only("google_compute_network")
    assert vpc["auto_create_subnetworks"] is False
    assert vpc["routing_mode"] == "REGIONAL"
    assert vpc["delete_default_routes_on_create"] is False, "NAT and Private Google Access use the default route"
    assert set(network.resources("google_compute_subnetwork")) == {"network/node-subnet"}


def test_everything_is_attached_to_the_vpc(network: Configuration) -> None:
    vpc = network.only("google_compute_network")
    attached = {kind: block["network"] for kind, _, block in network.every() if "network" in block}
    assert set(attached) == {
        "google_compute_firewall",
        "google_compute_global_address",
        "google_compute_router",
        "google_compute_subnetwork",
        "google_service_networking_connection",
    }
    for kind, path, block in network.every():
        if kind in attached:
            assert network.follow(block["network"]) == ("google_compute_network", vpc), path
            assert block["network"].endswith(".id}"), path


@pytest.mark.parametrize("whole", ["10.48.0.0/16", "10.50.128.0/17", "172.18.64.0/18", "192.168.32.0/19", "10.49.240.0/20"])
def test_a_network_of_any_size_has_room_for_every_range(whole: str) -> None:
    parts = asdict(layout(whole))
    assert parts.pop("network") == whole
    assert set(parts) == {"nodes", "pods", "services", "private_services", "control_plane", "proxies"}
    _assert_disjoint_parts(IPv4Network(whole), parts)
    lengths = {name: IPv4Network(part).prefixlen for name, part in parts.items()}
    assert lengths["control_plane"] == 28, "GKE takes exactly a /28"
    assert lengths["private_services"] <= 24, "Google asks for a /24 at least"
    assert lengths["proxies"] <= 26, "a proxy-only subnet is a /26 at least"
    # GKE gives a node a /24 for its 110 pods, and Google keeps four of the subnet's addresses.
    assert 2 ** (32 - lengths["nodes"]) - 4 >= 2 ** (24 - lengths["pods"])


def test_every_range_is_inside_the_environments_network_and_none_overlap(network: Configuration, cidr: IPv4Network) -> None:
    used = {
        "nodes": network.only("google_compute_subnetwork")["ip_cidr_range"],
        **_secondary(network),
        "private_services": _private_services(network),
        "control_plane": _rules(network, "INGRESS", "allow")["from-control-plane"]["source_ranges"][0],
    }
    planned = asdict(layout(str(cidr)))
    assert used.items() <= planned.items()
    assert set(used) == {"nodes", "pods", "services", "private_services", "control_plane"}
    _assert_disjoint_parts(cidr, {**used, "proxies": planned["proxies"]})


def test_nodes_reach_googles_apis_without_an_external_address(network: Configuration) -> None:
    subnet = network.only("google_compute_subnetwork")
    assert subnet["private_ip_google_access"] is True
    assert subnet["stack_type"] == "IPV4_ONLY", "no IPv6, which the ranges and the firewall do not know"


def test_every_flow_is_recorded_with_the_names_of_its_ends(network: Configuration) -> None:
    assert network.only("google_compute_subnetwork")["log_config"] == {
        "aggregation_interval": "INTERVAL_10_MIN",
        "flow_sampling": 1,
        "metadata": "INCLUDE_ALL_METADATA",
    }


def test_flows_are_kept_as_long_as_asked(configurations: Configurations) -> None:
    for name, days in (("gcp-dev", 30), ("gcp-prod", 365)):
        document = configurations[name]
        provider = document.document["provider"]["google"][0]
        sink, log = document.only("google_logging_project_sink"), document.only("google_logging_project_bucket_config")
        assert not {"disabled", "exclusions"} & set(sink)
        assert sink["destination"].startswith("logging.googleapis.com/${")
        assert sink["destination"].endswith(".id}")
        assert document.follow(sink["destination"]) == ("google_logging_project_bucket_config", log)
        assert log["retention_days"] == days
        assert (log["project"], log["location"]) == (provider["project"], provider["region"])
        flows, kind, subnet = sink["filter"].split(" AND ")
        assert (flows, kind) == ('log_id("compute.googleapis.com/vpc_flows")', 'resource.type="gce_subnetwork"')
        assert subnet.startswith('resource.labels.subnetwork_name="${')
        assert subnet.endswith('.name}"')
        assert document.path_of(subnet) == "network/node-subnet"


def test_flows_are_not_stored_a_second_time_and_none_is_lost_between(network: Configuration) -> None:
    exclusion = network.only("google_logging_project_exclusion")
    assert exclusion["filter"] == network.only("google_logging_project_sink")["filter"]
    assert exclusion.get("disabled", False) is False
    assert _after(network, exclusion) == set(network.resources("google_logging_project_sink"))


def test_only_nodes_and_pods_leave_through_the_nat(network: Configuration) -> None:
    nat = network.only("google_compute_router_nat")
    assert network.follow(nat["router"]) == ("google_compute_router", network.only("google_compute_router"))
    assert nat["router"].endswith(".name}")
    assert nat["source_subnetwork_ip_ranges_to_nat"] == "LIST_OF_SUBNETWORKS"
    assert nat["nat_ip_allocate_option"] == "AUTO_ONLY"
    (listed,) = nat["subnetwork"]
    assert network.path_of(listed["name"]) == "network/node-subnet"
    assert listed["name"].endswith(".id}")
    assert set(listed["source_ip_ranges_to_nat"]) == {"PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"}
    assert listed["secondary_ip_range_names"] == ["pods"]
    assert set(_secondary(network)) == {"pods", "services"}


def test_a_busy_node_gets_more_ports_and_a_refused_connection_is_logged(network: Configuration) -> None:
    nat = network.only("google_compute_router_nat")
    assert nat["enable_dynamic_port_allocation"] is True
    assert nat["enable_endpoint_independent_mapping"] is False, "Google refuses it beside dynamic ports"
    # Dynamic ports are doubled from the least to the most: both are powers of two.
    assert (nat["min_ports_per_vm"], nat["max_ports_per_vm"]) == (64, 8192)
    assert nat["log_config"] == {"enable": True, "filter": "ERRORS_ONLY"}


def test_databases_get_addresses_of_the_range_reserved_in_the_vpc(network: Configuration) -> None:
    connection, reserved = network.only("google_service_networking_connection"), network.only("google_compute_global_address")
    assert connection["service"] == "servicenetworking.googleapis.com"
    (reference,) = connection["reserved_peering_ranges"]
    assert network.follow(reference) == ("google_compute_global_address", reserved)
    assert reference.endswith(".name}")
    assert (reserved["purpose"], reserved["address_type"]) == ("VPC_PEERING", "INTERNAL")
    assert connection["network"] == reserved["network"]
    assert connection["update_on_creation_fail"] is True, "Google remembers the connection of a network that was destroyed"


def test_what_no_rule_allows_is_denied_and_logged_both_ways(network: Configuration) -> None:
    for direction, ranges in (("INGRESS", "source_ranges"), ("EGRESS", "destination_ranges")):
        (rule,) = _rules(network, direction, "deny").values()
        assert rule["deny"] == [{"protocol": "all"}]
        assert rule[ranges] == [ANYWHERE]
        assert rule["priority"] == 65534
        assert rule["log_config"] == {"metadata": "INCLUDE_ALL_METADATA"}
        narrowed = {"target_tags", "target_service_accounts", "source_tags", "source_service_accounts", "disabled"} & set(rule)
        assert not narrowed, "it holds for every machine"


def test_every_allowance_is_for_nodes_only_and_comes_before_the_denials(network: Configuration) -> None:
    allowed = {**_rules(network, "INGRESS", "allow"), **_rules(network, "EGRESS", "allow")}
    assert set(allowed) == {"from-control-plane", "from-nodes-and-pods", "from-load-balancers", "to-own-network", "to-https"}
    for rule in allowed.values():
        assert rule["target_tags"] == [f"ml-platform-{network.name}-node"]
        assert rule.get("priority", 1000) < 65534
        assert "disabled" not in rule


def test_the_control_plane_reaches_kubelets_and_webhooks_and_nothing_else(network: Configuration, cidr: IPv4Network) -> None:
    rule = _rules(network, "INGRESS", "allow")["from-control-plane"]
    assert rule["source_ranges"] == [layout(str(cidr)).control_plane]
    assert IPv4Network(rule["source_ranges"][0]).prefixlen == 28
    assert rule["allow"] == [{"protocol": "tcp", "ports": ["443", "6443", "8443", "9443", "10250"]}]


def test_nothing_on_the_internet_reaches_a_node_but_googles_load_balancers(network: Configuration, cidr: IPv4Network) -> None:
    rules = _rules(network, "INGRESS", "allow")
    balancers = rules.pop("from-load-balancers")
    assert balancers["source_ranges"] == ["35.191.0.0/16", "130.211.0.0/22"]
    assert balancers["allow"] == [{"protocol": "tcp"}]
    assert rules
    for name, rule in rules.items():
        # No ranges at all would mean anywhere.
        assert rule["source_ranges"], name
        assert all(IPv4Network(source).subnet_of(cidr) for source in rule["source_ranges"]), name


def test_nodes_and_pods_reach_each_other(network: Configuration) -> None:
    rule = _rules(network, "INGRESS", "allow")["from-nodes-and-pods"]
    assert rule["source_ranges"] == [network.only("google_compute_subnetwork")["ip_cidr_range"], _secondary(network)["pods"]]
    assert rule["allow"] == [{"protocol": "all"}]


def test_nodes_leave_their_network_by_https_only(network: Configuration, cidr: IPv4Network) -> None:
    rules = _rules(network, "EGRESS", "allow")
    assert {name: (rule["destination_ranges"], rule["allow"]) for name, rule in rules.items()} == {
        "to-own-network": ([str(cidr)], [{"protocol": "all"}]),
        "to-https": ([ANYWHERE], [{"protocol": "tcp", "ports": ["443"]}]),
    }


def test_the_apis_are_on_before_the_vpc_and_stay_on(network: Configuration) -> None:
    services = network.resources("google_project_service")
    on = {service["service"].removesuffix(".googleapis.com") for service in services.values()}
    assert on >= {"cloudresourcemanager", "compute", "logging", "servicenetworking"}
    for path, service in services.items():
        assert service["disable_on_destroy"] is False, path
    assert _after(network, network.only("google_compute_network")) == set(services)
    assert _after(network, network.only("google_logging_project_bucket_config")) == set(services)


def test_only_dev_can_be_torn_down(configurations: Configurations) -> None:
    kept = [
        "google_compute_network",
        "google_compute_subnetwork",
        "google_compute_global_address",
        "google_service_networking_connection",
        "google_logging_project_bucket_config",
    ]
    dev, prod = configurations["gcp-dev"], configurations["gcp-prod"]
    assert [dev.only(kind).get("lifecycle") for kind in kept] == [None] * 5
    assert [prod.only(kind).get("lifecycle") for kind in kept] == [{"prevent_destroy": True}] * 5


@pytest.mark.parametrize("suffix", ["", "-state"])
@pytest.mark.parametrize("name", ["gcp-dev", "gcp-prod"])
def test_labels_keep_their_hyphens(name: str, suffix: str, configurations: Configurations, environments: Environments) -> None:
    # cdktf 0.21 would turn them into underscores: other labels than on AWS and Azure, and costs would not add up.
    (provider,) = configurations[name + suffix].document["provider"]["google"]
    assert provider["default_labels"]["cost-centre"] == environments[name].cost_centre
    assert provider["default_labels"]["managed-by"] == "terraform"
    assert [key for key in provider["default_labels"] if "_" in key] == []


@pytest.mark.parametrize("suffix", ["", "-state"])
@pytest.mark.parametrize("name", ["gcp-dev", "gcp-prod"])
def test_requests_count_against_the_environments_own_project(
    name: str, suffix: str, configurations: Configurations, environments: Environments
) -> None:
    environment = environments[name]
    assert isinstance(environment, GcpEnvironment)
    (provider,) = configurations[name + suffix].document["provider"]["google"]
    assert provider["user_project_override"] is True
    assert provider["billing_project"] == provider["project"] == environment.account.project_id
    assert provider["region"] == environment.account.region
