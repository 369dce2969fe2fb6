"""KMS keys with a policy of their own: administered by the account, used only through named services."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from ml_platform.contract.account import AwsAccount

ADMINISTER = [
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion",
        "DeleteAlias",
        "CreateAlias",
        "DescribeKey",
        "DisableKey",
        "EnableKey",
        "EnableKeyRotation",
        "DisableKeyRotation",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListGrants",
        "ListKeyPolicies",
        "ListResourceTags",
        "ListRetirableGrants",
        "PutKeyPolicy",
        "RevokeGrant",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    )
]
"""What the account's administrators may do with a key: everything but use it."""

USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
"""What encrypting and decrypting needs."""

DELETION_WINDOW_DAYS = 30
"""How long a deleted key can be brought back, in days: KMS's longest."""


class Key(Construct):
    """A symmetric key, rotated every year, and its alias.

    ``via_services`` may use it on behalf of the account's identities that are allowed to; ``statements`` add what a service needs for
    itself.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        account: AwsAccount,
        description: str,
        alias: str,
        via_services: Sequence[str] = (),
        statements: Sequence[DataAwsIamPolicyDocumentStatement] = (),
        lifecycle: TerraformResourceLifecycle | None = None,
    ) -> None:
        super().__init__(scope, id)
        owner = [DataAwsIamPolicyDocumentStatementPrincipals(type="AWS", identifiers=[f"arn:aws:iam::{account.account_id}:root"])]
        policy = DataAwsIamPolicyDocument(
            self,
            "policy",
            statement=[
                DataAwsIamPolicyDocumentStatement(sid="Administer", principals=owner, actions=ADMINISTER, resources=["*"]),
                *([_used_via(account, owner, via_services), _granted_to(account, owner, via_services)] if via_services else []),
                *statements,
            ],
        )
        self.key = KmsKey(
            self,
            "key",
            description=description,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=policy.json,
            lifecycle=lifecycle,
        )
        self.alias = KmsAlias(self, "alias", name=alias, target_key_id=self.key.key_id)

    @property
    def arn(self) -> str:
        """The key's ARN."""
        return self.key.arn


def _via(account: AwsAccount, services: Sequence[str]) -> DataAwsIamPolicyDocumentStatementCondition:
    return DataAwsIamPolicyDocumentStatementCondition(
        test="StringEquals", variable="kms:ViaService", values=[f"{service}.{account.region}.amazonaws.com" for service in services]
    )


def _used_via(
    account: AwsAccount, owner: list[DataAwsIamPolicyDocumentStatementPrincipals], services: Sequence[str]
) -> DataAwsIamPolicyDocumentStatement:
    return DataAwsIamPolicyDocumentStatement(
        sid="UseThroughServices", principals=owner, actions=USE, resources=["*"], condition=[_via(account, services)]
    )


def _granted_to(
    account: AwsAccount, owner: list[DataAwsIamPolicyDocumentStatementPrincipals], services: Sequence[str]
) -> DataAwsIamPolicyDocumentStatement:
    for_services = DataAwsIamPolicyDocumentStatementCondition(test="Bool", variable="kms:GrantIsForAWSResource", values=["true"])
    return DataAwsIamPolicyDocumentStatement(
        sid="GrantToServices",
        principals=owner,
        actions=["kms:CreateGrant"],
        resources=["*"],
        condition=[_via(account, services), for_services],
    )
