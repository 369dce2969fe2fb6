"""Google Cloud for production: three zones, protected. Cloud NAT is regional, so there is one."""

from ml_platform.contract import GcpEnvironment, GcpProject, GcsStateSpec, NetworkSpec

ENVIRONMENT = GcpEnvironment(
    name="gcp-prod",
    tier="prod",
    account=GcpProject(
        project_id="ml-platform-prod",
        project_number="222222222222",
        region="europe-west4",
        zones=("europe-west4-a", "europe-west4-b", "europe-west4-c"),
    ),
    owner="ml-platform-team",
    cost_centre="ml-1002",
    network=NetworkSpec(cidr="10.49.0.0/16", nat="one-per-environment", flow_log_retention_days=365),
    state_backend=GcsStateSpec(bucket="ml-platform-prod-gcp-prod-tfstate", noncurrent_retention_days=365),
)
