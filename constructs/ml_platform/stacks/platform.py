"""One environment: its capabilities, each after those it reads."""

from cdktf import TerraformStack
from constructs import Construct

from ml_platform.contract.cloud import Cloud


class PlatformStack(TerraformStack):
    """Everything of one environment but the place where its state lives. Named like the environment."""

    def __init__(self, scope: Construct, cloud: Cloud) -> None:
        super().__init__(scope, cloud.environment.name)
        cloud.configure(self)
        cloud.network(self)
