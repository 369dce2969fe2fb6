"""What the Azure network promises."""

import json
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path
from typing import cast

import pytest
from cdktf import App, TerraformOutput, TerraformStack

from ml_platform.clouds.azure.cloud import AzureCloud
from ml_platform.contract import AzureEnvironment, Environment
from tests.support.configuration import Block, Configuration
from tests.support.synthesis import synthesize

Configurations = dict[str, Configuration]

VNET = "network/vnet"
PODS = "100.64.0.0/14"
NAMES = ["azure-dev", "azure-prod"]


@pytest.fixture(params=NAMES)
def network(request: pytest.FixtureRequest, configurations: Configurations) -> Configuration:
    return configurations[request.param]


@pytest.fixture(scope="module")
def others(environments: dict[str, Environment], tmp_path_factory: pytest.TempPathFactory) -> Configurations:
    """Environments beside the project's own: prod with two zones, and each way of NAT in the smallest network."""
    prod = environments["azure-prod"]
    small = {"cidr": "10.33.0.0/20"}
    one = {"nat": "one-per-environment"}
    changes: list[dict[str, object]] = [
        {"name": "azure-two-zones", "account": prod.account.model_copy(update={"zones": ("1", "2")})},
        {"name": "azure-small", "network": prod.network.model_copy(update=small)},
        {"name": "azure-small-one", "network": prod.network.model_copy(update=small | one)},
    ]
    return synthesize([prod.model_copy(update=change) for change in changes], tmp_path_factory.mktemp("others"))


def subnets(document: Configuration) -> dict[str, IPv4Network]:
    """The subnets' ranges, by their names."""
    found = {}
    for path, block in document.resources("azurerm_subnet").items():
        (prefix,) = block["address_prefixes"]
        assert path == f"network/{block['name']}"
        found[block["name"]] = IPv4Network(prefix)
    return found


def offsets(document: Configuration) -> dict[str, tuple[int, int]]:
    """Where each subnet begins and ends, counted from the VNet's first address."""
    base = int(IPv4Network(document.only("azurerm_virtual_network")["address_space"][0]).network_address)
    return {name: (int(s.network_address) - base, int(s.broadcast_address) - base) for name, s in subnets(document).items()}


def ways_out(document: Configuration) -> dict[str, tuple[list[str], list[str]]]:
    """By subnet: the zones of its NAT gateway, and of the public address of that gateway."""
    found = {}
    for association in document.resources("azurerm_subnet_nat_gateway_association").values():
        guard = document.follow(association["subnet_id"])[1]
        subnet = document.follow(guard["subnet_id"])[1]
        kind, ready = document.follow(association["nat_gateway_id"])
        assert kind == "azurerm_nat_gateway_public_ip_association", "a gateway without an address lets nobody out"
        (kind, gateway), (address_kind, address) = document.follow(ready["nat_gateway_id"]), document.follow(ready["public_ip_address_id"])
        assert (kind, address_kind) == ("azurerm_nat_gateway", "azurerm_public_ip")
        assert gateway["name"] == address["name"]
        assert subnet["name"] not in found
        found[subnet["name"]] = (gateway["zones"], address["zones"])
    return found


def rules(document: Configuration, role: str) -> list[Block]:
    block = document.resource("azurerm_network_security_group", f"network/{role}-rules")
    found: list[Block] = block["security_rule"]
    return found


def admitted(document: Configuration, role: str) -> dict[str, tuple[set[str], str, set[str]]]:
    """What the group of ``role`` lets in: sources, protocol and ports, by the rule's name."""
    allowed = [rule for rule in rules(document, role) if rule["access"] == "Allow"]
    assert {(rule["source_port_range"], rule["destination_address_prefix"]) for rule in allowed} == {("*", "*")}
    return {rule["name"]: (said(rule, "source_address_prefix"), rule["protocol"], said(rule, "destination_port_range")) for rule in allowed}


def said(rule: Block, field: str) -> set[str]:
    """What a rule says in a field that Azure has for one value and for several: by one of the two, and not by both."""
    one, several = rule.get(field), rule.get(f"{field}s" if field.endswith("range") else f"{field}es")
    assert bool(one) is not bool(several), rule["name"]
    return {one} if one else set(several or ())


def node_ranges(document: Configuration) -> set[str]:
    return {str(addresses) for name, addresses in subnets(document).items() if name.startswith("nodes")}


def test_dev_pays_for_one_nat_gateway_in_its_first_zone_and_has_one_subnet_for_nodes(configurations: Configurations) -> None:
    dev = configurations["azure-dev"]
    assert set(subnets(dev)) == {"nodes", "private-endpoints", "database"}
    assert ways_out(dev) == {"nodes": (["1"], ["1"])}
    assert (dev.count("azurerm_nat_gateway"), dev.count("azurerm_public_ip")) == (1, 1)


def test_each_zone_of_prod_has_a_subnet_that_leaves_through_its_own_nat_gateway(configurations: Configurations) -> None:
    prod = configurations["azure-prod"]
    assert set(subnets(prod)) == {"nodes-1", "nodes-2", "nodes-3", "private-endpoints", "database"}
    assert ways_out(prod) == {f"nodes-{zone}": ([zone], [zone]) for zone in ("1", "2", "3")}
    assert (prod.count("azurerm_nat_gateway"), prod.count("azurerm_public_ip")) == (3, 3)


def test_public_addresses_stay_the_same_and_belong_to_nat_gateways_only(network: Configuration) -> None:
    used = {network.path_of(b["public_ip_address_id"]) for b in network.resources("azurerm_nat_gateway_public_ip_association").values()}
    assert used == set(network.resources("azurerm_public_ip"))
    for address in network.resources("azurerm_public_ip").values():
        assert (address["sku"], address["allocation_method"]) == ("Standard", "Static")


def test_a_quiet_connection_gives_its_port_back_soon(network: Configuration) -> None:
    assert {gateway["idle_timeout_in_minutes"] for gateway in network.resources("azurerm_nat_gateway").values()} == {4}


def test_only_nodes_reach_the_internet(network: Configuration) -> None:
    assert set(ways_out(network)) == {name for name in subnets(network) if name.startswith("nodes")}
    for path, subnet in network.resources("azurerm_subnet").items():
        assert subnet["default_outbound_access_enabled"] is False, path


def test_subnets_lie_inside_the_vnet_and_apart(configurations: Configurations, others: Configurations) -> None:
    asked = {"azure-dev": "10.32.0.0/16", "azure-prod": "10.33.0.0/16", "azure-small": "10.33.0.0/20", "azure-small-one": "10.33.0.0/20"}
    for name, cidr in asked.items():
        document = (configurations | others)[name]
        assert document.only("azurerm_virtual_network")["address_space"] == [cidr]
        found = subnets(document)
        assert all(addresses.subnet_of(IPv4Network(cidr)) for addresses in found.values())
        assert not [pair for pair in combinations(found, 2) if found[pair[0]].overlaps(found[pair[1]])]
        for subnet in document.resources("azurerm_subnet").values():
            assert document.path_of(subnet["virtual_network_name"]) == VNET


def test_pods_lie_outside_every_network(network: Configuration) -> None:
    assert not IPv4Network(network.only("azurerm_virtual_network")["address_space"][0]).overlaps(IPv4Network(PODS))


def test_the_smallest_network_still_has_room_for_endpoints_and_databases(others: Configurations) -> None:
    for name in ("azure-small", "azure-small-one"):
        found = subnets(others[name])
        assert {found["private-endpoints"].prefixlen, found["database"].prefixlen} == {26}
        assert all(addresses.prefixlen <= 23 for role, addresses in found.items() if role.startswith("nodes"))


def test_changing_the_way_of_nat_overlaps_nothing_and_moves_no_endpoint_or_database(
    configurations: Configurations, others: Configurations
) -> None:
    pairs = [(configurations["azure-dev"], configurations["azure-prod"]), (others["azure-small-one"], others["azure-small"])]
    for one, each in ((offsets(a), offsets(b)) for a, b in pairs):
        shared = {"private-endpoints", "database"}
        assert one.keys() & each.keys() == shared
        assert {role: one[role] for role in shared} == {role: each[role] for role in shared}
        first, last = one["nodes"]
        for role in each.keys() - shared:
            assert each[role][1] < first or last < each[role][0], f"{role} overlaps the one subnet"


def test_a_zone_added_later_changes_no_address(configurations: Configurations, others: Configurations) -> None:
    two, three = subnets(others["azure-two-zones"]), subnets(configurations["azure-prod"])
    assert three.items() - two.items() == {("nodes-3", IPv4Network("10.33.64.0/19"))}
    assert two.items() < three.items()


def test_every_subnet_is_guarded_by_the_group_of_its_role(network: Configuration) -> None:
    guarded = {}
    for association in network.resources("azurerm_subnet_network_security_group_association").values():
        kind, subnet = network.follow(association["subnet_id"])
        assert kind == "azurerm_subnet"
        guarded[subnet["name"]] = network.path_of(association["network_security_group_id"])
    assert guarded == {name: f"network/{'nodes' if name.startswith('nodes') else name}-rules" for name in subnets(network)}


def test_the_last_rule_of_every_group_denies_all_that_comes_in(network: Configuration) -> None:
    for path, group in network.resources("azurerm_network_security_group").items():
        ordered = sorted(group["security_rule"], key=lambda rule: int(rule["priority"]))
        assert len({rule["priority"] for rule in ordered}) == len(ordered), path
        last = ordered[-1]
        assert (last["access"], last["direction"], last["protocol"], last["priority"]) == ("Deny", "Inbound", "*", 4096), path
        assert said(last, "source_address_prefix") == {"*"}
        everything = ("source_port_range", "destination_address_prefix", "destination_port_range")
        assert [last[field] for field in everything] == ["*"] * 3, path


def test_no_group_lets_the_internet_in(network: Configuration) -> None:
    vnet = IPv4Network(network.only("azurerm_virtual_network")["address_space"][0])
    for group in network.resources("azurerm_network_security_group").values():
        for rule in group["security_rule"]:
            assert rule["direction"] == "Inbound"
            if rule["access"] == "Allow":
                sources = said(rule, "source_address_prefix")
                tags = {source for source in sources if "/" not in source}
                assert tags <= {"AzureLoadBalancer", "VirtualNetwork"}, rule["name"]
                ranges = sources - tags - {PODS}
                assert all(IPv4Network(source).subnet_of(vnet) for source in ranges), rule["name"]


def test_nodes_are_reached_by_each_other_by_pods_by_probes_and_over_internal_https(network: Configuration) -> None:
    assert admitted(network, "nodes") == {
        "nodes-and-pods": (node_ranges(network) | {PODS}, "*", {"*"}),
        "load-balancer-probes": ({"AzureLoadBalancer"}, "*", {"*"}),
        "internal-https": ({"VirtualNetwork"}, "Tcp", {"443"}),
    }


def test_only_nodes_reach_databases_and_private_endpoints(network: Configuration) -> None:
    assert admitted(network, "private-endpoints") == {"https-from-nodes": (node_ranges(network), "Tcp", {"443"})}
    assert admitted(network, "database") == {
        "postgres-from-nodes": (node_ranges(network), "Tcp", {"5432", "6432"}),
        "replication": ({str(subnets(network)["database"])}, "Tcp", {"5432", "6432"}),
    }


def test_rules_hold_for_private_endpoints_too(network: Configuration) -> None:
    for path, subnet in network.resources("azurerm_subnet").items():
        assert subnet["private_endpoint_network_policies"] == "Enabled", path


def test_the_database_subnet_and_no_other_is_handed_to_postgresql(network: Configuration) -> None:
    delegated = {block["name"]: block["delegation"] for block in network.resources("azurerm_subnet").values() if "delegation" in block}
    assert set(delegated) == {"database"}
    (delegation,) = delegated["database"]
    assert delegation["service_delegation"] == {
        "name": "Microsoft.DBforPostgreSQL/flexibleServers",
        "actions": ["Microsoft.Network/virtualNetworks/subnets/join/action"],
    }


def test_whoever_uses_a_subnet_waits_until_it_is_guarded_and_has_its_way_out(environments: dict[str, Environment], tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack = TerraformStack(app, "stack")
    cloud = AzureCloud(cast("AzureEnvironment", environments["azure-prod"]))
    cloud.configure(stack)
    made = cloud.network(stack)
    for name, value in (("nodes", made.node_subnet_ids), ("endpoints", made.endpoint_subnet_id), ("database", made.database_subnet_id)):
        TerraformOutput(stack, name, value=value)
    app.synth()
    document = Configuration("stack", json.loads((tmp_path / "stacks/stack/cdk.tf.json").read_bytes()))
    given = {name: output["value"] for name, output in document.document["output"].items()}
    assert [document.path_of(reference) for reference in given["nodes"]] == [f"network/nodes-{n}-nat" for n in (1, 2, 3)]
    assert document.path_of(given["endpoints"]) == "network/private-endpoints-guard"
    assert document.path_of(given["database"]) == "network/database-guard"
    assert all(reference.endswith(".subnet_id}") for reference in (*given["nodes"], given["endpoints"], given["database"]))
    for number, reference in enumerate(given["nodes"], start=1):
        assert document.path_of(document.follow(reference)[1]["subnet_id"]) == f"network/nodes-{number}-guard"


def test_private_names_of_blobs_vaults_and_databases_resolve_inside_the_vnet(network: Configuration) -> None:
    linked = {}
    for link in network.resources("azurerm_private_dns_zone_virtual_network_link").values():
        kind, zone = network.follow(link["private_dns_zone_name"])
        assert (kind, network.path_of(link["virtual_network_id"])) == ("azurerm_private_dns_zone", VNET)
        assert link["registration_enabled"] is False
        linked[zone["name"]] = link["resolution_policy"]
    assert linked == {
        # A storage account or vault of somebody else's is still found in public DNS.
        "privatelink.blob.core.windows.net": "NxDomainRedirect",
        "privatelink.vaultcore.azure.net": "NxDomainRedirect",
        f"ml-platform-{network.name}.private.postgres.database.azure.com": "Default",
    }
    assert network.count("azurerm_private_dns_zone") == len(linked)


def test_every_flow_of_the_vnet_is_recorded_and_kept_as_long_as_asked(configurations: Configurations) -> None:
    for name, days in (("azure-dev", 30), ("azure-prod", 365)):
        document = configurations[name]
        log = document.only("azurerm_network_watcher_flow_log")
        assert (log["enabled"], log["version"]) == (True, 2)
        assert document.path_of(log["target_resource_id"]) == VNET
        assert log["target_resource_id"].endswith(".id}")
        assert document.path_of(log["storage_account_id"]) == "network/flow-logs/account"
        assert log["retention_policy"] == {"enabled": True, "days": days}
        assert (log["resource_group_name"], log["network_watcher_name"]) == ("NetworkWatcherRG", "NetworkWatcher_westeurope")


def test_the_flow_logs_account_admits_only_azures_trusted_services(network: Configuration) -> None:
    account = network.only("azurerm_storage_account")
    assert account["network_rules"] == {"default_action": "Deny", "bypass": ["AzureServices"]}
    # Without the public endpoint the network watcher would be shut out too.
    assert account["public_network_access_enabled"] is True


def test_keys_open_the_flow_logs_account_and_no_other(configurations: Configurations) -> None:
    azure = [document for name, document in configurations.items() if name.startswith("azure-")]
    assert len(azure) == 4
    opened = {
        (document.name, path)
        for document in azure
        for path, account in document.resources("azurerm_storage_account").items()
        if account.get("shared_access_key_enabled", True)
    }
    assert opened == {(name, "network/flow-logs/account") for name in NAMES}


def test_the_flow_logs_account_is_as_hard_as_the_states_but_for_what_flow_logs_need(configurations: Configurations) -> None:
    for name in NAMES:
        records = configurations[name].only("azurerm_storage_account")
        state = configurations[f"{name}-state"].only("azurerm_storage_account")
        different = {field for field in records.keys() | state.keys() if records.get(field) != state.get(field)}
        where = {"//", "name", "location", "resource_group_name"}
        needed = {"shared_access_key_enabled", "network_rules", "blob_properties", "identity", "customer_managed_key"}
        assert different - {"account_replication_type"} == where | needed
        assert records["account_replication_type"] == "ZRS"
        assert records["blob_properties"] == {"container_delete_retention_policy": {"days": 7}}, "versions would keep each minute's blob"


def test_terraform_refuses_to_destroy_the_vnet_and_its_records_in_prod_only(configurations: Configurations) -> None:
    kept = {
        name: {path for _, path, block in configurations[name].every() if block.get("lifecycle") == {"prevent_destroy": True}}
        for name in NAMES
    }
    assert kept == {"azure-dev": set(), "azure-prod": {VNET, "network/flow-logs/account"}}


def test_everything_lies_in_the_networks_group_and_the_environments_location(network: Configuration) -> None:
    assert network.only("azurerm_resource_group")["location"] == "westeurope"
    for kind, path, block in network.every():
        if kind != "azurerm_network_watcher_flow_log" and "resource_group_name" in block:
            assert network.path_of(block["resource_group_name"]) == "network/resource-group", path
        if kind != "azurerm_resource_group" and "location" in block:
            assert network.path_of(block["location"]) == "network/resource-group", path


def test_whatever_can_be_tagged_says_whose_it_is(configurations: Configurations) -> None:
    for name, centre in (("azure-dev", "ml-1001"), ("azure-prod", "ml-1002")):
        tags = {
            "project": "ml-platform",
            "environment": name,
            "tier": name.removeprefix("azure-"),
            "owner": "ml-platform-team",
            "cost-centre": centre,
            "managed-by": "terraform",
        }
        untagged = {kind for kind, _, block in configurations[name].every() if block.get("tags") != tags}
        assert untagged == {
            "azurerm_subnet",
            "azurerm_subnet_nat_gateway_association",
            "azurerm_subnet_network_security_group_association",
            "azurerm_nat_gateway_public_ip_association",
        }
