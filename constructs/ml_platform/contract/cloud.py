"""What every cloud can do. The stacks are written against this, and never ask which cloud it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ml_platform.contract.environment import Environment
from ml_platform.contract.network import Network
from ml_platform.contract.state_backend import StateBackend

if TYPE_CHECKING:
    from cdktf import TerraformStack


class Cloud(Protocol):
    """One environment's cloud. Each method adds its part to the stack it is given, under the method's own name as construct id."""

    @property
    def environment(self) -> Environment:
        """The environment this cloud was loaded for."""
        ...

    def configure(self, stack: TerraformStack) -> None:
        """Add the providers, and the backend that keeps the stack's state under the stack's own name."""
        ...

    def state_backend(self, stack: TerraformStack) -> StateBackend:
        """Create the place where the environment's states live."""
        ...

    def network(self, stack: TerraformStack) -> Network:
        """Create the private network."""
        ...
