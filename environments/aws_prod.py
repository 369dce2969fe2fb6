"""AWS for production: three zones, a NAT gateway in each, protected."""

from ml_platform.contract import AwsAccount, AwsEnvironment, NetworkSpec, S3StateSpec

ENVIRONMENT = AwsEnvironment(
    name="aws-prod",
    tier="prod",
    account=AwsAccount(
        account_id="222222222222",
        region="eu-central-1",
        zones=("eu-central-1a", "eu-central-1b", "eu-central-1c"),
    ),
    owner="ml-platform-team",
    cost_centre="ml-1002",
    network=NetworkSpec(cidr="10.17.0.0/16", nat="one-per-zone", flow_log_retention_days=365),
    state_backend=S3StateSpec(
        bucket="ml-platform-222222222222-aws-prod-tfstate",
        lock_table="ml-platform-aws-prod-tfstate-lock",
        noncurrent_retention_days=365,
    ),
)
