"""Azure for production: three zones, a NAT gateway in each, protected."""

from ml_platform.contract import AzureEnvironment, AzureStateSpec, AzureSubscription, NetworkSpec

ENVIRONMENT = AzureEnvironment(
    name="azure-prod",
    tier="prod",
    account=AzureSubscription(
        subscription_id="22222222-2222-4222-8222-222222222222",
        tenant_id="99999999-9999-4999-8999-999999999999",
        location="westeurope",
        zones=("1", "2", "3"),
    ),
    owner="ml-platform-team",
    cost_centre="ml-1002",
    network=NetworkSpec(cidr="10.33.0.0/16", nat="one-per-zone", flow_log_retention_days=365),
    state_backend=AzureStateSpec(
        resource_group="ml-platform-azure-prod-tfstate",
        storage_account="mlplatazureprodtfstate",
        deployer_object_ids=("44444444-4444-4444-8444-444444444444",),
        noncurrent_retention_days=365,
    ),
)
