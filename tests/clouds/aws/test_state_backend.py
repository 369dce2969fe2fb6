"""What the AWS state store promises."""

import pytest

from tests.support.configuration import Configuration

Configurations = dict[str, Configuration]

STATE_STACKS = ["aws-dev-state", "aws-prod-state"]


@pytest.fixture(params=STATE_STACKS)
def store(request: pytest.FixtureRequest, configurations: Configurations) -> Configuration:
    return configurations[request.param]


def test_the_state_is_encrypted_by_its_own_rotated_key(store: Configuration) -> None:
    rule = store.resource("aws_s3_bucket_server_side_encryption_configuration", "state-backend/store/encryption")["rule"][0]
    assert rule["bucket_key_enabled"] is True
    default = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert store.follow(default["kms_master_key_id"])[1]["enable_key_rotation"] is True


def test_the_key_is_administered_by_the_account_and_used_only_through_s3_and_dynamodb(store: Configuration) -> None:
    statements = store.statements(store.only("aws_kms_key")["policy"])
    assert set(statements) == {"Administer", "UseThroughServices", "GrantToServices"}
    assert not {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"} & set(statements["Administer"]["actions"])
    via = {
        "test": "StringEquals",
        "variable": "kms:ViaService",
        "values": ["s3.eu-central-1.amazonaws.com", "dynamodb.eu-central-1.amazonaws.com"],
    }
    assert statements["UseThroughServices"]["condition"] == [via]
    assert via in statements["GrantToServices"]["condition"]
    assert {"test": "Bool", "variable": "kms:GrantIsForAWSResource", "values": ["true"]} in statements["GrantToServices"]["condition"]


def test_no_bucket_can_become_public(store: Configuration) -> None:
    blocks = store.resources("aws_s3_bucket_public_access_block")
    assert {store.path_of(block["bucket"]) for block in blocks.values()} == set(store.resources("aws_s3_bucket"))
    for block in blocks.values():
        flags = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
        assert [block[flag] for flag in flags] == [True] * 4


def test_every_bucket_refuses_plain_http(store: Configuration) -> None:
    policies = store.resources("aws_s3_bucket_policy")
    assert {store.path_of(policy["bucket"]) for policy in policies.values()} == set(store.resources("aws_s3_bucket"))
    for policy in policies.values():
        deny = store.statements(policy["policy"])["DenyPlainHttp"]
        assert (deny["effect"], deny["actions"], deny["principals"]) == ("Deny", ["s3:*"], [{"identifiers": ["*"], "type": "*"}])
        assert deny["condition"] == [{"test": "Bool", "values": ["false"], "variable": "aws:SecureTransport"}]


def test_the_state_bucket_refuses_other_keys_but_not_the_default(store: Configuration) -> None:
    statements = store.statements(store.resource("aws_s3_bucket_policy", "state-backend/store/policy")["policy"])
    header = "s3:x-amz-server-side-encryption"
    for sid, variable in (("DenyOtherEncryption", header), ("DenyOtherKeys", f"{header}-aws-kms-key-id")):
        conditions = {condition["test"]: condition for condition in statements[sid]["condition"]}
        # Without "Null", StringNotEquals is true for a request that leaves the header out, and the bucket's own default would be refused.
        assert conditions["Null"] == {"test": "Null", "variable": variable, "values": ["false"]}
        assert conditions["StringNotEquals"]["variable"] == variable
    keys = next(c for c in statements["DenyOtherKeys"]["condition"] if c["test"] == "StringNotEquals")["values"]
    assert store.document["terraform"]["backend"]["s3"]["kms_key_id"] in keys, "the backend's own way to name the key must be allowed"
    assert any(store.follow(key)[0] == "aws_kms_key" for key in keys if key.startswith("$"))


def test_replaced_states_are_kept_as_long_as_asked(configurations: Configurations) -> None:
    for name, days in (("aws-dev-state", 30), ("aws-prod-state", 365)):
        document = configurations[name]
        assert (
            document.resource("aws_s3_bucket_versioning", "state-backend/store/versioning")["versioning_configuration"]["status"]
            == "Enabled"
        )
        rule = document.resource("aws_s3_bucket_lifecycle_configuration", "state-backend/store/expiry")["rule"][0]
        assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": days}]
        assert "expiration" not in rule, "a current state never expires"


def test_who_read_a_state_is_logged_in_another_bucket(store: Configuration) -> None:
    logging = store.only("aws_s3_bucket_logging")
    assert store.path_of(logging["bucket"]) == "state-backend/store/bucket"
    assert store.path_of(logging["target_bucket"]) == "state-backend/access-log/bucket"
    assert logging["depends_on"] == [f"aws_s3_bucket_policy.{_name(store, 'state-backend/access-log/policy')}"], "S3 refuses it before"
    deliver = store.statements(store.resource("aws_s3_bucket_policy", "state-backend/access-log/policy")["policy"])["DeliverAccessLogs"]
    assert deliver["principals"] == [{"identifiers": ["logging.s3.amazonaws.com"], "type": "Service"}]
    source = next(c for c in deliver["condition"] if c["variable"] == "aws:SourceArn")
    assert store.path_of(source["values"][0]) == "state-backend/store/bucket"


def _name(store: Configuration, path: str) -> str:
    block = store.resource("aws_s3_bucket_policy", path)
    return next(str(name) for name, other in store.document["resource"]["aws_s3_bucket_policy"].items() if other is block)


def test_the_lock_table_is_encrypted_recoverable_and_protected_in_prod(configurations: Configurations) -> None:
    for name, protected in (("aws-dev-state", False), ("aws-prod-state", True)):
        table = configurations[name].only("aws_dynamodb_table")
        assert table["hash_key"] == "LockID"
        assert table["point_in_time_recovery"] == {"enabled": True}
        assert table["server_side_encryption"]["enabled"] is True
        assert configurations[name].follow(table["server_side_encryption"]["kms_key_arn"])[0] == "aws_kms_key"
        assert table["deletion_protection_enabled"] is protected


def test_both_locks_are_used_and_the_table_is_the_one_that_exists(configurations: Configurations) -> None:
    for name in STATE_STACKS:
        store, platform = configurations[name], configurations[name.removesuffix("-state")]
        for backend in (document.document["terraform"]["backend"]["s3"] for document in (store, platform)):
            assert backend["use_lockfile"] is True
            assert backend["dynamodb_table"] == store.only("aws_dynamodb_table")["name"]
            assert backend["bucket"] == store.resource("aws_s3_bucket", "state-backend/store/bucket")["bucket"]
            assert backend["kms_key_id"].endswith(f":{store.only('aws_kms_alias')['name']}")
            assert backend["encrypt"] is True
