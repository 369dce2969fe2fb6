"""S3: access logging into a bucket whose policy has a statement for everybody (``"Principal": "*"``)."""

import json
from collections.abc import Callable
from types import SimpleNamespace

from moto.s3.models import FakeBucket


def apply() -> None:
    """Cures: PutBucketLogging answers 500 "'str' object has no attribute 'get'", which the provider retries for ten minutes and more.

    moto looks for the logging service among the policy's principals and takes each for an object. It is shown only those that are.
    """
    allows: Callable[..., bool] = FakeBucket._log_permissions_enabled_policy

    def patched(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
        if not target_bucket.policy:
            return False
        statements = [entry for entry in json.loads(target_bucket.policy)["Statement"] if isinstance(entry.get("Principal"), dict)]
        readable = SimpleNamespace(
            policy=json.dumps({"Statement": statements}).encode(), partition=target_bucket.partition, name=target_bucket.name
        )
        return allows(readable, target_prefix)

    FakeBucket._log_permissions_enabled_policy = staticmethod(patched)  # type: ignore[method-assign]
