"""S3 buckets, hardened: private, versioned, encrypted, reachable over TLS only."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import S3BucketOwnershipControls, S3BucketOwnershipControlsRule
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA, S3BucketVersioningVersioningConfiguration
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.aws._key import Key
from ml_platform.contract.environment import Tier

ANYONE = DataAwsIamPolicyDocumentStatementPrincipals(type="*", identifiers=["*"])

UNFINISHED_UPLOAD_DAYS = 7
NONCURRENT_DAYS = 30


class Bucket(Construct):
    """One bucket with everything S3 keeps beside it. Call ``secure`` once, when the policy's further statements are known.

    With ``key`` objects are encrypted by it, and only by it (``key_names``: the ways a client may name it); without, by S3's own key, which
    is what S3's log delivery demands. ``expire_days`` removes current objects, ``noncurrent_expire_days`` replaced ones.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        tier: Tier,
        key: Key | None = None,
        key_names: Sequence[str] = (),
        expire_days: int | None = None,
        noncurrent_expire_days: int = NONCURRENT_DAYS,
    ) -> None:
        super().__init__(scope, id)
        self._key_names = list(key_names)
        self._bucket = S3Bucket(self, "bucket", bucket=name, force_destroy=tier == "dev", lifecycle=keep_in_prod(tier))
        self._public = S3BucketPublicAccessBlock(
            self,
            "public-access",
            bucket=self.name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self.name,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=self.name,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self.name,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    bucket_key_enabled=key is not None,
                    apply_server_side_encryption_by_default=S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                        sse_algorithm="aws:kms" if key else "AES256", kms_master_key_id=key.arn if key else None
                    ),
                )
            ],
        )
        S3BucketLifecycleConfiguration(
            self,
            "expiry",
            bucket=self.name,
            rule=[_expiry(expire_days, noncurrent_expire_days)],
            depends_on=[versioning],
        )

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self._bucket.id

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        return self._bucket.arn

    def secure(self, *statements: DataAwsIamPolicyDocumentStatement) -> S3BucketPolicy:
        """Attach the policy, and return it: TLS only, the own key only, and ``statements``."""
        policy = DataAwsIamPolicyDocument(self, "policy-document", statement=[*self._denials(), *statements])
        # S3 answers 409 where two of a bucket's settings that check each other change at once.
        return S3BucketPolicy(self, "policy", bucket=self.name, policy=policy.json, depends_on=[self._public])

    def _denials(self) -> list[DataAwsIamPolicyDocumentStatement]:
        plain = DataAwsIamPolicyDocumentStatement(
            sid="DenyPlainHttp",
            effect="Deny",
            principals=[ANYONE],
            actions=["s3:*"],
            resources=[self.arn, f"{self.arn}/*"],
            condition=[DataAwsIamPolicyDocumentStatementCondition(test="Bool", variable="aws:SecureTransport", values=["false"])],
        )
        return [plain, *(self._deny_upload(*rule) for rule in self._encryption_rules())]

    def _encryption_rules(self) -> list[tuple[str, str, list[str]]]:
        if not self._key_names:
            return []
        header = "s3:x-amz-server-side-encryption"
        return [("DenyOtherEncryption", header, ["aws:kms"]), ("DenyOtherKeys", f"{header}-aws-kms-key-id", self._key_names)]

    def _deny_upload(self, sid: str, header: str, values: list[str]) -> DataAwsIamPolicyDocumentStatement:
        # An upload that names no encryption gets the bucket's default, the own key: deny only what names another. StringNotEquals alone
        # is true for an absent header too, with or without "IfExists".
        return DataAwsIamPolicyDocumentStatement(
            sid=sid,
            effect="Deny",
            principals=[ANYONE],
            actions=["s3:PutObject"],
            resources=[f"{self.arn}/*"],
            condition=[
                DataAwsIamPolicyDocumentStatementCondition(test="Null", variable=header, values=["false"]),
                DataAwsIamPolicyDocumentStatementCondition(test="StringNotEquals", variable=header, values=values),
            ],
        )


def _expiry(expire_days: int | None, noncurrent_expire_days: int) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id="expire",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=expire_days)] if expire_days else None,
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=noncurrent_expire_days)
        ],
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=UNFINISHED_UPLOAD_DAYS)
        ],
    )
