"""Where Terraform's states live on AWS: an S3 bucket, its key, the lock table, and the bucket that logs who read it."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
)
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.aws._bucket import Bucket
from ml_platform.clouds.aws._key import Key
from ml_platform.contract.environment import AwsEnvironment
from ml_platform.label import Labels

ACCESS_LOG_RETENTION_DAYS = 365
"""How long it is known who read or wrote a state, in days."""


def _alias(labels: Labels) -> str:
    return f"alias/{labels.name('aws_kms_alias', 'tfstate')}"


def key_alias_arn(environment: AwsEnvironment, labels: Labels) -> str:
    """The ARN of the state key's alias: known before the key exists, so backends can name it."""
    return f"arn:aws:kms:{environment.account.region}:{environment.account.account_id}:{_alias(labels)}"


class AwsStateBackend(Construct):
    """The state store of one environment.

    Server access logging is on, in dev too: a state lists everything an attacker wants to know, reads of it are rare, so the log is
    small, and CloudTrail's data events would cost more. The log bucket does not log itself.
    """

    def __init__(self, scope: Construct, id: str, *, environment: AwsEnvironment, labels: Labels) -> None:
        super().__init__(scope, id)
        spec, tier = environment.state_backend, environment.tier
        key = Key(
            self,
            "key",
            account=environment.account,
            description=f"Terraform state of {environment.name}",
            alias=_alias(labels),
            via_services=("s3", "dynamodb"),
            lifecycle=keep_in_prod(tier),
        )
        log = Bucket(
            self,
            "access-log",
            name=labels.name("aws_s3_bucket", "tfstate-log"),
            tier=tier,
            expire_days=ACCESS_LOG_RETENTION_DAYS,
        )
        bucket = Bucket(
            self,
            "store",
            name=spec.bucket,
            tier=tier,
            key=key,
            key_names=(key.arn, key_alias_arn(environment, labels)),
            noncurrent_expire_days=spec.noncurrent_retention_days,
        )
        permission = log.secure(_deliver_logs(bucket, log, environment))
        bucket.secure()
        S3BucketLoggingA(
            self,
            "access-logging",
            bucket=bucket.name,
            target_bucket=log.name,
            target_prefix="s3/",
            # S3 refuses a target that does not let it write yet.
            depends_on=[permission],
        )
        if spec.lock_table is not None:
            DynamodbTable(
                self,
                "lock",
                name=spec.lock_table,
                billing_mode="PAY_PER_REQUEST",
                hash_key="LockID",
                attribute=[DynamodbTableAttribute(name="LockID", type="S")],
                point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
                server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=key.arn),
                deletion_protection_enabled=tier == "prod",
                lifecycle=keep_in_prod(tier),
            )
        self._store = spec.bucket

    @property
    def store_name(self) -> str:
        """The bucket's name."""
        return self._store


def _deliver_logs(source: Bucket, log: Bucket, environment: AwsEnvironment) -> DataAwsIamPolicyDocumentStatement:
    return DataAwsIamPolicyDocumentStatement(
        sid="DeliverAccessLogs",
        principals=[DataAwsIamPolicyDocumentStatementPrincipals(type="Service", identifiers=["logging.s3.amazonaws.com"])],
        actions=["s3:PutObject"],
        resources=[f"{log.arn}/s3/*"],
        condition=[
            DataAwsIamPolicyDocumentStatementCondition(test="ArnLike", variable="aws:SourceArn", values=[source.arn]),
            DataAwsIamPolicyDocumentStatementCondition(
                test="StringEquals", variable="aws:SourceAccount", values=[environment.account.account_id]
            ),
        ],
    )
