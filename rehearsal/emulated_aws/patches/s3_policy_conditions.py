"""S3: bucket policies whose statements hold under a condition."""

import json

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def apply() -> None:
    """Cures: every request to a bucket that denies plain HTTP answers 403, the state backend's first of all.

    moto takes a statement under a condition for one without. Here such a statement never holds, as if its condition were never met.
    """

    def patched(self: FakeBucket, action: str, resource: str) -> PermissionResult:
        statements = json.loads(self.policy)["Statement"] if self.policy else []
        unconditional = [statement for statement in statements if "Condition" not in statement]
        if not unconditional:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps({"Version": "2012-10-17", "Statement": unconditional})).is_action_permitted(action, resource)

    FakeBucket.get_permission = patched  # type: ignore[method-assign]
