"""What an environment file may say, and what the capabilities promise each other. Imports no cdktf."""

from ml_platform.contract.account import AwsAccount, AzureSubscription, GcpProject
from ml_platform.contract.environment import AwsEnvironment, AzureEnvironment, Environment, GcpEnvironment
from ml_platform.contract.network import NetworkSpec
from ml_platform.contract.state_backend import AzureStateSpec, GcsStateSpec, S3StateSpec

__all__ = [
    "AwsAccount",
    "AwsEnvironment",
    "AzureEnvironment",
    "AzureStateSpec",
    "AzureSubscription",
    "Environment",
    "GcpEnvironment",
    "GcpProject",
    "GcsStateSpec",
    "NetworkSpec",
    "S3StateSpec",
]
