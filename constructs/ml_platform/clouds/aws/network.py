"""The VPC: subnets for load balancers, nodes and databases in every zone, and the ways out of them."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.aws._endpoints import Endpoints
from ml_platform.clouds.aws._flow_log import FlowLogs
from ml_platform.contract.environment import AwsEnvironment
from ml_platform.contract.network import carve
from ml_platform.label import Labels

INTERNET = "0.0.0.0/0"

# The network is cut into eight: parts 0 to 5 are the zones' private subnets, part 6 holds the public ones, part 7 the databases', eight
# to a part. So a zone added later changes no address.
ZONE_BITS, SHARED_BITS = 3, 6
PUBLIC_PART, DATABASE_PART = 6, 7

_PUBLIC_TAGS = {"kubernetes.io/role/elb": "1"}
_PRIVATE_TAGS = {"kubernetes.io/role/internal-elb": "1"}


class AwsNetwork(Construct):
    """The network of one environment. Subnets are numbered in the order of the environment's zones."""

    def __init__(self, scope: Construct, id: str, *, environment: AwsEnvironment, labels: Labels) -> None:
        super().__init__(scope, id)
        self._labels, self._zones = labels, environment.account.zones
        cidr, nat = environment.network.cidr, environment.network.nat
        # docs: https://karpenter.sh/docs/concepts/nodeclasses/#specsubnetselectorterms
        discovery = {"karpenter.sh/discovery": f"{environment.project}-{environment.name}"}
        self.vpc = Vpc(
            self,
            "vpc",
            cidr_block=cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._named("vpc"),
            lifecycle=keep_in_prod(environment.tier),
        )
        # Terraform takes over the group that AWS makes, and leaves it without a rule.
        DefaultSecurityGroup(self, "default-security-group", vpc_id=self.vpc.id, tags=self._named("unused"))
        gateway = InternetGateway(self, "internet-gateway", vpc_id=self.vpc.id, tags=self._named("internet"))

        self.public_subnets = self._subnets("public", [carve(cidr, SHARED_BITS, PUBLIC_PART * 8 + n) for n in self._numbers], _PUBLIC_TAGS)
        self.private_subnets = self._subnets("private", [carve(cidr, ZONE_BITS, n) for n in self._numbers], {**_PRIVATE_TAGS, **discovery})
        self.database_subnets = self._subnets("database", [carve(cidr, SHARED_BITS, DATABASE_PART * 8 + n) for n in self._numbers], {})

        public = self._route_table("public", self.public_subnets)
        Route(self, "public-to-internet", route_table_id=public.id, destination_cidr_block=INTERNET, gateway_id=gateway.id)
        nats = self._nat_gateways(gateway, len(self._zones) if nat == "one-per-zone" else 1)
        private = [self._route_table(f"private-{n + 1}", [subnet]) for n, subnet in enumerate(self.private_subnets)]
        for n, table in enumerate(private):
            way_out = nats[min(n, len(nats) - 1)]
            Route(self, f"private-{n + 1}-to-nat", route_table_id=table.id, destination_cidr_block=INTERNET, nat_gateway_id=way_out.id)
        database = self._route_table("database", self.database_subnets)

        Endpoints(
            self,
            "endpoints",
            environment=environment,
            labels=labels,
            vpc=self.vpc,
            subnets=self.private_subnets,
            route_tables=[*private, database],
        )
        FlowLogs(self, "flow-logs", environment=environment, labels=labels, vpc=self.vpc)

    @property
    def network_id(self) -> str:
        """The VPC's id."""
        return self.vpc.id

    @property
    def node_subnet_ids(self) -> Sequence[str]:
        """The private subnets' ids, one for each zone."""
        return [subnet.id for subnet in self.private_subnets]

    @property
    def _numbers(self) -> range:
        return range(len(self._zones))

    def _named(self, *words: str) -> dict[str, str]:
        return {"Name": self._labels.name("aws_tag_name", *words)}

    def _subnets(self, role: str, cidrs: Sequence[str], tags: dict[str, str]) -> list[Subnet]:
        return [
            Subnet(
                self,
                f"{role}-{n + 1}",
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=cidr,
                map_public_ip_on_launch=False,
                tags={**self._named(role, str(n + 1)), **tags},
            )
            for n, (zone, cidr) in enumerate(zip(self._zones, cidrs, strict=True))
        ]

    def _route_table(self, name: str, subnets: Sequence[Subnet]) -> RouteTable:
        table = RouteTable(self, f"{name}-routes", vpc_id=self.vpc.id, tags=self._named(name))
        for n, subnet in enumerate(subnets):
            RouteTableAssociation(self, f"{name}-routes-{n + 1}", subnet_id=subnet.id, route_table_id=table.id)
        return table

    def _nat_gateways(self, gateway: InternetGateway, count: int) -> list[NatGateway]:
        nats = []
        for n in range(count):
            address = Eip(self, f"nat-{n + 1}-address", domain="vpc", tags=self._named("nat", str(n + 1)))
            nats.append(
                NatGateway(
                    self,
                    f"nat-{n + 1}",
                    allocation_id=address.id,
                    subnet_id=self.public_subnets[n].id,
                    tags=self._named("nat", str(n + 1)),
                    depends_on=[gateway],
                )
            )
        return nats
