"""Where Terraform's states live on Google Cloud: a bucket, its key, and the record of who read it."""

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.data_google_storage_project_service_account import DataGoogleStorageProjectServiceAccount
from cdktf_cdktf_provider_google.project_iam_audit_config import ProjectIamAuditConfig, ProjectIamAuditConfigAuditLogConfig
from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucket,
    StorageBucketEncryption,
    StorageBucketLifecycleRule,
    StorageBucketLifecycleRuleAction,
    StorageBucketLifecycleRuleCondition,
    StorageBucketSoftDeletePolicy,
    StorageBucketVersioning,
)
from cdktf_cdktf_provider_google.storage_bucket_iam_binding import StorageBucketIamBinding
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.gcp._key import DAY_SECONDS, Key
from ml_platform.clouds.gcp._log_bucket import LogBucket
from ml_platform.clouds.gcp._services import STATE, Services
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import Labels

STATE_KEY = "tfstate"
"""What the state's key is for, and called."""

ACCESS_LOG_RETENTION_DAYS = 365
"""How long it is known who read or wrote a state, in days."""

SOFT_DELETE_DAYS = 30
"""How long a version that was deleted for good, or with its whole bucket, can still be restored, in days."""

UNFINISHED_UPLOAD_DAYS = 7

GIVEN_BY_GOOGLE = {
    "bucket-owners": "roles/storage.legacyBucketOwner",
    "bucket-readers": "roles/storage.legacyBucketReader",
    "object-owners": "roles/storage.legacyObjectOwner",
    "object-readers": "roles/storage.legacyObjectReader",
}
"""The roles that a new bucket's policy gives to a project's viewers, editors and owners.

Source: https://cloud.google.com/storage/docs/access-control/iam#convenience-values, 2026-11-23.
"""


class GcpStateBackend(Construct):
    """The state store of one environment.

    Who reads a state is known from Cloud Audit Logs, in dev too: a state lists everything an attacker wants to know, and reads of it are
    rare. The bucket's own usage log was considered: it names addresses, not people, and comes hours late. Data access auditing is
    switched on for a whole service of the project and owns that setting: no other Terraform may set it for Cloud Storage there. Reads
    of other buckets are recorded in _Default as well, so a capability with busy buckets excludes theirs there.
    """

    def __init__(self, scope: Construct, id: str, *, environment: GcpEnvironment, labels: Labels) -> None:
        super().__init__(scope, id)
        self._environment = environment
        spec, project = environment.state_backend, environment.account.project_id
        services = Services(self, "services", STATE).enabled
        # Google makes this account, Cloud Storage's own in the project, when it is asked for. Before that it cannot be granted anything.
        agent = DataGoogleStorageProjectServiceAccount(self, "storage-agent", depends_on=services)
        key = Key(
            self,
            "key",
            environment=environment,
            labels=labels,
            purpose=STATE_KEY,
            user=agent.member,
            depends_on=services,
        )
        bucket = self._bucket(key)
        # A new bucket lets the project's viewers read its objects and its editors change them. Terraform owns the members of those roles,
        # and leaves the project's owners; whoever else deploys gets a role of their own.
        for who, role in GIVEN_BY_GOOGLE.items():
            StorageBucketIamBinding(self, who, bucket=bucket.name, role=role, members=[f"projectOwner:{project}"])
        self._record_access(labels, services)
        self._store = spec.bucket

    @property
    def store_name(self) -> str:
        """The bucket's name."""
        return self._store

    def _bucket(self, key: Key) -> StorageBucket:
        environment, spec = self._environment, self._environment.state_backend
        return StorageBucket(
            self,
            "bucket",
            name=spec.bucket,
            # In the key's region, which Cloud Storage demands; it answers in capitals.
            location=environment.account.region.upper(),
            force_destroy=environment.tier == "dev",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=StorageBucketVersioning(enabled=True),
            encryption=StorageBucketEncryption(default_kms_key_name=key.resource_name),
            soft_delete_policy=StorageBucketSoftDeletePolicy(retention_duration_seconds=SOFT_DELETE_DAYS * DAY_SECONDS),
            lifecycle_rule=_expiry(spec.noncurrent_retention_days),
            lifecycle=keep_in_prod(environment.tier),
            depends_on=[key.grant],
        )

    def _record_access(self, labels: Labels, services: Sequence[ITerraformDependable]) -> None:
        environment = self._environment
        ProjectIamAuditConfig(
            self,
            "access-audit",
            project=environment.account.project_id,
            service="storage.googleapis.com",
            audit_log_config=[ProjectIamAuditConfigAuditLogConfig(log_type=kind) for kind in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")],
            depends_on=list(services),
        )
        LogBucket(
            self,
            "access-log",
            environment=environment,
            labels=labels,
            subject="tfstate-access",
            entries=" AND ".join(
                [
                    'log_id("cloudaudit.googleapis.com/data_access")',
                    'resource.type="gcs_bucket"',
                    f'resource.labels.bucket_name="{environment.state_backend.bucket}"',
                ]
            ),
            retention_days=ACCESS_LOG_RETENTION_DAYS,
            # They are few, and _Default is where people look first.
            only_here=False,
            depends_on=services,
        )


def _expiry(noncurrent_days: int) -> list[StorageBucketLifecycleRule]:
    return [
        StorageBucketLifecycleRule(
            action=StorageBucketLifecycleRuleAction(type="Delete"),
            condition=StorageBucketLifecycleRuleCondition(with_state="ARCHIVED", days_since_noncurrent_time=noncurrent_days),
        ),
        StorageBucketLifecycleRule(
            action=StorageBucketLifecycleRuleAction(type="AbortIncompleteMultipartUpload"),
            condition=StorageBucketLifecycleRuleCondition(age=UNFINISHED_UPLOAD_DAYS),
        ),
    ]
