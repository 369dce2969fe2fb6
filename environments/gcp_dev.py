"""Google Cloud for development: two zones, may be torn down."""

from ml_platform.contract import GcpEnvironment, GcpProject, GcsStateSpec, NetworkSpec

ENVIRONMENT = GcpEnvironment(
    name="gcp-dev",
    tier="dev",
    account=GcpProject(
        project_id="ml-platform-dev",
        project_number="111111111111",
        region="europe-west4",
        zones=("europe-west4-a", "europe-west4-b"),
    ),
    owner="ml-platform-team",
    cost_centre="ml-1001",
    network=NetworkSpec(cidr="10.48.0.0/16", nat="one-per-environment", flow_log_retention_days=30),
    state_backend=GcsStateSpec(bucket="ml-platform-dev-gcp-dev-tfstate", noncurrent_retention_days=30),
)
