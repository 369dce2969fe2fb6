"""AWS: the provider, the backend, and the capabilities."""

from cdktf import S3Backend, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from ml_platform.clouds._terraform import require_terraform
from ml_platform.clouds.aws.network import AwsNetwork
from ml_platform.clouds.aws.state_backend import AwsStateBackend, key_alias_arn
from ml_platform.contract.environment import AwsEnvironment
from ml_platform.label import labels


class AwsCloud:
    """AWS in one environment's account and region."""

    def __init__(self, environment: AwsEnvironment) -> None:
        self.environment = environment
        self.labels = labels(environment, environment.account.account_id)

    def configure(self, stack: TerraformStack) -> None:
        """Add the AWS provider, bound to the account and tagging everything, and the S3 backend."""
        account, state = self.environment.account, self.environment.state_backend
        require_terraform(stack)
        AwsProvider(
            stack,
            "aws",
            region=account.region,
            allowed_account_ids=[account.account_id],
            default_tags=[AwsProviderDefaultTags(tags=self.labels.tags)],
        )
        backend = S3Backend(
            stack,
            bucket=state.bucket,
            key=f"{stack.node.id}.tfstate",
            region=account.region,
            encrypt=True,
            kms_key_id=key_alias_arn(self.environment, self.labels),
            dynamodb_table=state.lock_table,
        )
        # cdktf 0.21 lacks the argument (hashicorp/terraform-cdk#3834); to be typed once a later S3Backend has it.
        backend.add_override("use_lockfile", True)

    def state_backend(self, stack: TerraformStack) -> AwsStateBackend:
        """Create the bucket, its key and the lock table."""
        return AwsStateBackend(stack, "state-backend", environment=self.environment, labels=self.labels)

    def network(self, stack: TerraformStack) -> AwsNetwork:
        """Create the VPC."""
        return AwsNetwork(stack, "network", environment=self.environment, labels=self.labels)
