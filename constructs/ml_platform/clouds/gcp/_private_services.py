"""Private services access: the peering through which Cloud SQL has addresses in the environment's own network."""

from ipaddress import IPv4Network

from cdktf_cdktf_provider_google.compute_global_address import ComputeGlobalAddress
from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.service_networking_connection import ServiceNetworkingConnection
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import Labels


class PrivateServices(Construct):
    """The range ``cidr``, given to Google's managed services. Databases must wait for ``connection``.

    Google keeps a deleted Cloud SQL instance for days, and refuses to end the peering meanwhile. A destroy then stops here: run it again
    later, or delete the peering with gcloud and run it again. ABANDON would not help: the peering stays and holds the VPC.
    """

    def __init__(self, scope: Construct, id: str, *, environment: GcpEnvironment, labels: Labels, vpc: ComputeNetwork, cidr: str) -> None:
        super().__init__(scope, id)
        lifecycle, network = keep_in_prod(environment.tier), IPv4Network(cidr)
        # The address is given: left to itself, Google takes one outside the environment's network.
        reserved = ComputeGlobalAddress(
            self,
            "range",
            name=labels.name("gcp_compute_resource", "private-services"),
            network=vpc.id,
            purpose="VPC_PEERING",
            address_type="INTERNAL",
            address=str(network.network_address),
            prefix_length=network.prefixlen,
            lifecycle=lifecycle,
        )
        self.connection = ServiceNetworkingConnection(
            self,
            "connection",
            network=vpc.id,
            service="servicenetworking.googleapis.com",
            reserved_peering_ranges=[reserved.name],
            # Google remembers the connection of a network that was destroyed, and refuses to create it once more.
            update_on_creation_fail=True,
            lifecycle=lifecycle,
        )
