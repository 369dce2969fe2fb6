"""The only place that asks which cloud an environment is on."""

from typing import assert_never

from ml_platform.clouds import _bindings
from ml_platform.contract.cloud import Cloud
from ml_platform.contract.environment import AwsEnvironment, AzureEnvironment, Environment, GcpEnvironment


def load(environment: Environment) -> Cloud:
    """The cloud of ``environment``. Loads that cloud's provider bindings, and no other's."""
    match environment:
        case AwsEnvironment():
            _bindings.load("cdktf_cdktf_provider_aws")
            from ml_platform.clouds.aws.cloud import AwsCloud

            return AwsCloud(environment)
        case AzureEnvironment():
            _bindings.load("cdktf_cdktf_provider_azurerm")
            from ml_platform.clouds.azure.cloud import AzureCloud

            return AzureCloud(environment)
        case GcpEnvironment():
            _bindings.load("cdktf_cdktf_provider_google")
            from ml_platform.clouds.gcp.cloud import GcpCloud

            return GcpCloud(environment)
        case _:
            assert_never(environment)
