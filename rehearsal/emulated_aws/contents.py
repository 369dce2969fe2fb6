"""What an emulated account holds. Asked by hand: boto3 would read the user's own profiles."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree


def object_keys(endpoint: str, bucket: str) -> set[str]:
    """The keys of all objects that were ever written to ``bucket``."""
    tree = ElementTree.fromstring(_ask(Request(f"{endpoint}/{bucket}?versions")))  # noqa: S310, S314 (our own emulator)
    return {element.text or "" for element in tree.iterfind("{*}Version/{*}Key")}


def tagged(endpoint: str, region: str, tag: str, value: str) -> list[str]:
    """The ARNs of everything with that tag, but for what is deleted and AWS still shows for a while."""
    action = "ResourceGroupsTaggingAPI_20170126.GetResources"
    arns: list[str] = []
    token = ""
    while True:
        # At most 50 a page.
        page = {"PaginationToken": token} if token else {}
        found = _json(endpoint, region, "tagging", action, {"TagFilters": [{"Key": tag, "Values": [value]}], **page})
        arns += [str(entry["ResourceARN"]) for entry in found["ResourceTagMappingList"]]
        token = found.get("PaginationToken") or ""
        if not token:
            break
    return [arn for arn in arns if not _is_ending(endpoint, region, arn)]


def _is_ending(endpoint: str, region: str, arn: str) -> bool:
    if ":kms:" in arn:
        key = _json(endpoint, region, "kms", "TrentService.DescribeKey", {"KeyId": arn})
        return bool(key["KeyMetadata"]["KeyState"] == "PendingDeletion")
    if ":natgateway/" in arn:
        query = {"Action": "DescribeNatGateways", "Version": "2016-11-15", "NatGatewayId.1": arn.rpartition("/")[2]}
        request = Request(endpoint, urlencode(query).encode(), {"Authorization": _credential(region, "ec2")})  # noqa: S310
        state = ElementTree.fromstring(_ask(request)).find(".//{*}state")  # noqa: S314
        return state is not None and state.text == "deleted"
    return False


def _json(endpoint: str, region: str, service: str, action: str, parameters: Mapping[str, object]) -> dict[str, Any]:
    headers = {
        "X-Amz-Target": action,
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": _credential(region, service),
    }
    return dict(json.loads(_ask(Request(endpoint, json.dumps(parameters).encode(), headers))))  # noqa: S310


def _credential(region: str, service: str) -> str:
    # moto reads region and service from it, and checks nothing.
    return f"AWS4-HMAC-SHA256 Credential=rehearsal/20260101/{region}/{service}/aws4_request, Signature=none"


def _ask(request: Request) -> bytes:
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        return bytes(answer.read())
