"""Private ways from the VPC to AWS's own services, past the NAT gateways."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from ml_platform.contract.environment import AwsEnvironment
from ml_platform.label import Labels

GATEWAYS = ("s3", "dynamodb")
"""Free of charge, so every environment has them."""

INTERFACES = ("ecr.api", "ecr.dkr", "sts", "logs", "secretsmanager", "ec2", "eks", "eks-auth", "sqs")
"""What nodes need to start and work without the internet. Each costs by the hour and zone, so only prod has them."""


class Endpoints(Construct):
    """Gateway endpoints on ``route_tables``; in prod, interface endpoints in ``subnets``, open to the VPC on 443."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: AwsEnvironment,
        labels: Labels,
        vpc: Vpc,
        subnets: Sequence[Subnet],
        route_tables: Sequence[RouteTable],
    ) -> None:
        super().__init__(scope, id)
        region = environment.account.region
        for service in GATEWAYS:
            VpcEndpoint(
                self,
                service,
                vpc_id=vpc.id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=[table.id for table in route_tables],
                tags={"Name": labels.name("aws_tag_name", service)},
            )
        if environment.tier != "prod":
            return
        group = SecurityGroup(
            self,
            "security-group",
            name=labels.name("aws_security_group", "endpoints"),
            description="AWS services' endpoints: HTTPS from the VPC",
            vpc_id=vpc.id,
            tags={"Name": labels.name("aws_tag_name", "endpoints")},
        )
        VpcSecurityGroupIngressRule(
            self,
            "https",
            security_group_id=group.id,
            description="HTTPS from the VPC",
            cidr_ipv4=environment.network.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            tags={"Name": labels.name("aws_tag_name", "endpoints-https")},
        )
        for service in INTERFACES:
            VpcEndpoint(
                self,
                service.replace(".", "-"),
                vpc_id=vpc.id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=[subnet.id for subnet in subnets],
                security_group_ids=[group.id],
                tags={"Name": labels.name("aws_tag_name", service.replace(".", "-"))},
            )
