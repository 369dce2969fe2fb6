"""What the emulated AWS is asked by a rehearsal itself."""

import boto3
import pytest

from rehearsal.emulated_aws.contents import tagged
from rehearsal.emulated_aws.start import emulated_aws

pytestmark = pytest.mark.rehearsal


def test_everything_with_a_tag_is_found_however_much_it_is() -> None:
    tags = [{"ResourceType": "internet-gateway", "Tags": [{"Key": "environment", "Value": "aws-dev"}]}]
    with emulated_aws("111111111111") as aws:
        ec2 = boto3.client("ec2", "eu-central-1", endpoint_url=aws.endpoint, **_CREDENTIALS)
        made = {ec2.create_internet_gateway(TagSpecifications=tags)["InternetGateway"]["InternetGatewayId"] for _ in range(60)}
        ec2.create_internet_gateway()
        found = {arn.rpartition("/")[2] for arn in tagged(aws.endpoint, "eu-central-1", "environment", "aws-dev")}
    assert found == made


_CREDENTIALS = {"aws_access_key_id": "rehearsal", "aws_secret_access_key": "rehearsal"}
