"""Records of the VPC's flows, in an encrypted log group."""

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from ml_platform.clouds.aws._key import USE, Key
from ml_platform.contract.account import AwsAccount
from ml_platform.contract.environment import AwsEnvironment
from ml_platform.label import Labels


class FlowLogs(Construct):
    """All flows of ``vpc``, kept as long as the environment asks."""

    def __init__(self, scope: Construct, id: str, *, environment: AwsEnvironment, labels: Labels, vpc: Vpc) -> None:
        super().__init__(scope, id)
        account = environment.account
        name = f"/{labels.name('aws_log_group', 'flow-logs')}"
        key = Key(
            self,
            "key",
            account=account,
            description=f"Network flow logs of {environment.name}",
            alias=f"alias/{labels.name('aws_kms_alias', 'flow-logs')}",
            statements=[_let_logs_encrypt(account, name)],
        )
        group = CloudwatchLogGroup(
            self, "group", name=name, retention_in_days=environment.network.flow_log_retention_days, kms_key_id=key.arn
        )
        role = IamRole(self, "role", name=labels.name("aws_iam_role", "flow-logs"), assume_role_policy=_trust(self, account).json)
        write = DataAwsIamPolicyDocument(
            self,
            "write",
            statement=[
                DataAwsIamPolicyDocumentStatement(
                    sid="WriteFlowLogs",
                    actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    resources=[f"{group.arn}:*"],
                )
            ],
        )
        IamRolePolicy(self, "role-policy", role=role.id, name="write-flow-logs", policy=write.json)
        FlowLog(
            self,
            "flow-log",
            vpc_id=vpc.id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": labels.name("aws_tag_name", "flow-logs")},
        )


def _service(name: str) -> list[DataAwsIamPolicyDocumentStatementPrincipals]:
    return [DataAwsIamPolicyDocumentStatementPrincipals(type="Service", identifiers=[name])]


def _let_logs_encrypt(account: AwsAccount, group: str) -> DataAwsIamPolicyDocumentStatement:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    # The group needs the key, so its ARN is spelled out.
    return DataAwsIamPolicyDocumentStatement(
        sid="EncryptLogs",
        principals=_service(f"logs.{account.region}.amazonaws.com"),
        actions=USE,
        resources=["*"],
        condition=[
            DataAwsIamPolicyDocumentStatementCondition(
                test="ArnEquals",
                variable="kms:EncryptionContext:aws:logs:arn",
                values=[f"arn:aws:logs:{account.region}:{account.account_id}:log-group:{group}"],
            )
        ],
    )


def _trust(scope: Construct, account: AwsAccount) -> DataAwsIamPolicyDocument:
    source = DataAwsIamPolicyDocumentStatementCondition(test="StringEquals", variable="aws:SourceAccount", values=[account.account_id])
    return DataAwsIamPolicyDocument(
        scope,
        "trust",
        statement=[
            DataAwsIamPolicyDocumentStatement(
                sid="VpcFlowLogs", principals=_service("vpc-flow-logs.amazonaws.com"), actions=["sts:AssumeRole"], condition=[source]
            )
        ],
    )
