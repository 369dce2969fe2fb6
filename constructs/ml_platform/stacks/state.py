"""The place where an environment's states live: its own stack, deployed once, before the environment's."""

from cdktf import TerraformStack
from constructs import Construct

from ml_platform.contract.cloud import Cloud
from ml_platform.contract.environment import STATE_SUFFIX


class StateStack(TerraformStack):
    """The state store of one environment, named ``<environment>-state``.

    Its own state lives in the store it makes; ``make bootstrap`` gets it there (docs/adr/0003-state-of-the-state-stack.md).
    """

    def __init__(self, scope: Construct, cloud: Cloud) -> None:
        super().__init__(scope, f"{cloud.environment.name}{STATE_SUFFIX}")
        cloud.configure(self)
        cloud.state_backend(self)
