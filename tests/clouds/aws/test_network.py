"""What the AWS network promises."""

from ipaddress import IPv4Network

from tests.support.configuration import Configuration

Configurations = dict[str, Configuration]


def test_each_private_subnet_leaves_through_the_nat_gateway_of_its_own_zone(configurations: Configurations) -> None:
    prod = configurations["aws-prod"]
    for number, zone in enumerate(["eu-central-1a", "eu-central-1b", "eu-central-1c"], start=1):
        route = prod.resource("aws_route", f"network/private-{number}-to-nat")
        assert route["destination_cidr_block"] == "0.0.0.0/0"
        nat = prod.follow(route["nat_gateway_id"])[1]
        assert prod.follow(nat["subnet_id"])[1]["availability_zone"] == zone
        association = prod.resource("aws_route_table_association", f"network/private-{number}-routes-1")
        assert association["route_table_id"] == route["route_table_id"]
        assert prod.follow(association["subnet_id"])[1]["availability_zone"] == zone
        assert prod.path_of(association["subnet_id"]) == f"network/private-{number}"


def test_dev_pays_for_one_nat_gateway_and_all_its_zones_use_it(configurations: Configurations) -> None:
    dev = configurations["aws-dev"]
    nat = dev.only("aws_nat_gateway")
    assert nat["//"]["metadata"]["path"].endswith("network/nat-1")
    used = {dev.path_of(dev.resource("aws_route", f"network/private-{n}-to-nat")["nat_gateway_id"]) for n in (1, 2)}
    assert used == {"network/nat-1"}


def test_nat_gateways_stand_in_public_subnets_that_reach_the_internet(configurations: Configurations) -> None:
    prod = configurations["aws-prod"]
    public = prod.resource("aws_route", "network/public-to-internet")
    assert prod.follow(public["gateway_id"])[0] == "aws_internet_gateway"
    for nat in prod.resources("aws_nat_gateway").values():
        assert prod.path_of(nat["subnet_id"]).startswith("network/public-")
        assert prod.follow(nat["allocation_id"])[0] == "aws_eip"
        assert any(reference.startswith("aws_internet_gateway.") for reference in nat["depends_on"])


def test_databases_have_no_way_to_the_internet(configurations: Configurations) -> None:
    prod = configurations["aws-prod"]
    tables = {prod.path_of(route["route_table_id"]) for route in prod.resources("aws_route").values()}
    assert "network/database-routes" not in tables
    for number in (1, 2, 3):
        association = prod.resource("aws_route_table_association", f"network/database-routes-{number}")
        assert prod.path_of(association["subnet_id"]) == f"network/database-{number}"


def test_a_zone_added_later_changes_no_address(configurations: Configurations) -> None:
    def offsets(name: str) -> dict[str, int]:
        document = configurations[name]
        base = int(IPv4Network(document.only("aws_vpc")["cidr_block"]).network_address)
        return {path: int(IPv4Network(s["cidr_block"]).network_address) - base for path, s in document.resources("aws_subnet").items()}

    two, three = offsets("aws-dev"), offsets("aws-prod")
    assert two.items() <= three.items()


def test_subnets_are_tagged_for_load_balancers_and_karpenter(configurations: Configurations) -> None:
    for path, subnet in configurations["aws-prod"].resources("aws_subnet").items():
        role, tags = path.removeprefix("network/").rpartition("-")[0], subnet["tags"]
        assert tags.get("kubernetes.io/role/elb") == ("1" if role == "public" else None)
        assert tags.get("kubernetes.io/role/internal-elb") == ("1" if role == "private" else None)
        assert tags.get("karpenter.sh/discovery") == ("ml-platform-aws-prod" if role == "private" else None)
        assert subnet["map_public_ip_on_launch"] is False


def test_the_default_security_group_lets_nothing_through(configurations: Configurations) -> None:
    group = configurations["aws-dev"].only("aws_default_security_group")
    assert not group.get("ingress")
    assert not group.get("egress")


def test_s3_and_dynamodb_are_reached_past_the_nat_gateway(configurations: Configurations) -> None:
    dev = configurations["aws-dev"]
    endpoints = dev.resources("aws_vpc_endpoint")
    assert set(endpoints) == {"network/endpoints/s3", "network/endpoints/dynamodb"}
    for service, endpoint in ((path.rpartition("/")[2], endpoint) for path, endpoint in endpoints.items()):
        assert endpoint["vpc_endpoint_type"] == "Gateway"
        assert endpoint["service_name"] == f"com.amazonaws.eu-central-1.{service}"
        tables = {dev.path_of(reference) for reference in endpoint["route_table_ids"]}
        assert tables == {"network/private-1-routes", "network/private-2-routes", "network/database-routes"}


def test_prod_reaches_the_services_of_nodes_without_the_internet(configurations: Configurations) -> None:
    prod = configurations["aws-prod"]
    interfaces = [e for e in prod.resources("aws_vpc_endpoint").values() if e["vpc_endpoint_type"] == "Interface"]
    names = {endpoint["service_name"].removeprefix("com.amazonaws.eu-central-1.") for endpoint in interfaces}
    assert names == {"ecr.api", "ecr.dkr", "sts", "logs", "secretsmanager", "ec2", "eks", "eks-auth", "sqs"}
    for endpoint in interfaces:
        assert endpoint["private_dns_enabled"] is True
        assert [prod.path_of(subnet) for subnet in endpoint["subnet_ids"]] == [f"network/private-{n}" for n in (1, 2, 3)]
    rule = prod.only("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"], rule["ip_protocol"]) == ("10.17.0.0/16", 443, 443, "tcp")


def test_every_flow_is_recorded_encrypted_and_kept_as_long_as_asked(configurations: Configurations) -> None:
    for name, days in (("aws-dev", 30), ("aws-prod", 365)):
        document = configurations[name]
        log = document.only("aws_flow_log")
        assert log["traffic_type"] == "ALL"
        assert document.follow(log["vpc_id"])[0] == "aws_vpc"
        kind, group = document.follow(log["log_destination"])
        assert kind == "aws_cloudwatch_log_group"
        assert group["retention_in_days"] == days
        kind, key = document.follow(group["kms_key_id"])
        assert (kind, key["enable_key_rotation"]) == ("aws_kms_key", True)
        statement = document.statements(key["policy"])["EncryptLogs"]
        assert statement["condition"][0]["values"] == [
            f"arn:aws:logs:eu-central-1:{'1' * 12 if name == 'aws-dev' else '2' * 12}:log-group:{group['name']}"
        ]


def test_the_flow_log_role_writes_to_its_group_and_nowhere_else(configurations: Configurations) -> None:
    dev = configurations["aws-dev"]
    role = dev.follow(dev.only("aws_flow_log")["iam_role_arn"])[1]
    trust = dev.statements(role["assume_role_policy"])["VpcFlowLogs"]
    assert trust["principals"] == [{"identifiers": ["vpc-flow-logs.amazonaws.com"], "type": "Service"}]
    assert trust["condition"] == [{"test": "StringEquals", "values": ["1" * 12], "variable": "aws:SourceAccount"}]
    write = dev.statements(dev.only("aws_iam_role_policy")["policy"])["WriteFlowLogs"]
    assert [dev.follow(resource)[0] for resource in write["resources"]] == ["aws_cloudwatch_log_group"]
