"""Azure for development: two zones, one NAT gateway, may be torn down."""

from ml_platform.contract import AzureEnvironment, AzureStateSpec, AzureSubscription, NetworkSpec

ENVIRONMENT = AzureEnvironment(
    name="azure-dev",
    tier="dev",
    account=AzureSubscription(
        subscription_id="11111111-1111-4111-8111-111111111111",
        tenant_id="99999999-9999-4999-8999-999999999999",
        location="westeurope",
        zones=("1", "2"),
    ),
    owner="ml-platform-team",
    cost_centre="ml-1001",
    network=NetworkSpec(cidr="10.32.0.0/16", nat="one-per-environment", flow_log_retention_days=30),
    state_backend=AzureStateSpec(
        resource_group="ml-platform-azure-dev-tfstate",
        storage_account="mlplatazuredevtfstate",
        deployer_object_ids=("33333333-3333-4333-8333-333333333333",),
        noncurrent_retention_days=30,
    ),
)
