"""AWS for development: two zones, one NAT gateway, may be torn down."""

from ml_platform.contract import AwsAccount, AwsEnvironment, NetworkSpec, S3StateSpec

ENVIRONMENT = AwsEnvironment(
    name="aws-dev",
    tier="dev",
    account=AwsAccount(account_id="111111111111", region="eu-central-1", zones=("eu-central-1a", "eu-central-1b")),
    owner="ml-platform-team",
    cost_centre="ml-1001",
    network=NetworkSpec(cidr="10.16.0.0/16", nat="one-per-environment", flow_log_retention_days=30),
    state_backend=S3StateSpec(
        bucket="ml-platform-111111111111-aws-dev-tfstate",
        lock_table="ml-platform-aws-dev-tfstate-lock",
        noncurrent_retention_days=30,
    ),
)
