"""What every stack asks of Terraform itself."""

from cdktf import TerraformResourceLifecycle, TerraformStack

from ml_platform.contract.environment import Tier
from ml_platform.versions import TERRAFORM


def require_terraform(stack: TerraformStack) -> None:
    """Refuse a Terraform that is too old at ``init``, before anything else runs."""
    # cdktf 0.21 has no argument for it.
    stack.add_override("terraform.required_version", TERRAFORM)


def keep_in_prod(tier: Tier) -> TerraformResourceLifecycle | None:
    """The lifecycle of what must never be destroyed by accident in prod: Terraform refuses the plan. None in dev."""
    return TerraformResourceLifecycle(prevent_destroy=True) if tier == "prod" else None
