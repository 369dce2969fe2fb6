"""Google Cloud: the provider, the backend, and the capabilities."""

from cdktf import GcsBackend, TerraformStack
from cdktf_cdktf_provider_google.provider import GoogleProvider

from ml_platform.clouds._terraform import require_terraform
from ml_platform.clouds.gcp._key import key_resource_name
from ml_platform.clouds.gcp.network import GcpNetwork
from ml_platform.clouds.gcp.state_backend import STATE_KEY, GcpStateBackend
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import labels


class GcpCloud:
    """Google Cloud in one environment's project and region."""

    def __init__(self, environment: GcpEnvironment) -> None:
        self.environment = environment
        self.labels = labels(environment, environment.account.project_id)

    def configure(self, stack: TerraformStack) -> None:
        """Add the Google provider, bound to the project and labelling everything that can be, and the GCS backend."""
        account = self.environment.account
        require_terraform(stack)
        provider = GoogleProvider(
            stack,
            "google",
            project=account.project_id,
            region=account.region,
            # Requests count against the environment's own project, not against the one the credentials were made in. Without it, budgets
            # and other APIs outside any project answer 403 to a person's credentials (GoogleCloudPlatform/cloud-foundation-fabric#3360).
            user_project_override=True,
            billing_project=account.project_id,
        )
        # cdktf 0.21 turns the hyphens in a provider's map keys into underscores, unless the map is called tags: "cost-centre" would be
        # another label than on AWS and Azure. To be an argument again with a cdktf that leaves keys alone (its keysToSnakeCase).
        provider.add_override("default_labels", self.labels.tags)
        GcsBackend(
            stack,
            bucket=self.environment.state_backend.bucket,
            prefix=stack.node.id,
            kms_encryption_key=key_resource_name(self.environment, self.labels, STATE_KEY),
        )

    def state_backend(self, stack: TerraformStack) -> GcpStateBackend:
        """Create the bucket, its key and the record of who read it."""
        return GcpStateBackend(stack, "state-backend", environment=self.environment, labels=self.labels)

    def network(self, stack: TerraformStack) -> GcpNetwork:
        """Create the VPC."""
        return GcpNetwork(stack, "network", environment=self.environment, labels=self.labels)
