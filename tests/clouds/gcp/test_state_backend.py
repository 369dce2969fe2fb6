"""What the Google Cloud state store promises."""

import pytest

from ml_platform.contract import Environment, GcpEnvironment
from tests.support.configuration import Block, Configuration

Configurations = dict[str, Configuration]
Environments = dict[str, Environment]

STATE_STACKS = ["gcp-dev-state", "gcp-prod-state"]
DAY_SECONDS = 86_400


@pytest.fixture(params=STATE_STACKS)
def store(request: pytest.FixtureRequest, configurations: Configurations) -> Configuration:
    return configurations[request.param]


def _after(document: Configuration, block: Block) -> set[str]:
    """The paths of what Terraform finishes before it begins ``block``."""
    return {document.path_of(f"${{{address}}}") for address in block["depends_on"]}


def _project(document: Configuration) -> str:
    return str(document.document["provider"]["google"][0]["project"])


def test_no_state_can_become_public(store: Configuration) -> None:
    bucket = store.only("google_storage_bucket")
    assert bucket["public_access_prevention"] == "enforced"
    assert bucket["uniform_bucket_level_access"] is True, "an object's own access list would count"


def test_neither_viewers_nor_editors_of_the_project_reach_a_state(store: Configuration) -> None:
    rights = {kind for kind, _, _ in store.every() if kind.startswith("google_storage_")} - {"google_storage_bucket"}
    assert rights == {"google_storage_bucket_iam_binding"}, "nothing else opens the bucket"
    # A binding owns its role: whoever is not listed loses it, those to whom Google gives it with a new bucket included.
    bindings = store.resources("google_storage_bucket_iam_binding").values()
    roles = ("legacyBucketOwner", "legacyBucketReader", "legacyObjectOwner", "legacyObjectReader")
    assert sorted(binding["role"] for binding in bindings) == [f"roles/storage.{role}" for role in roles]
    for binding in bindings:
        assert store.path_of(binding["bucket"]) == "state-backend/bucket"
        assert binding["bucket"].endswith(".name}")
        assert binding["members"] == [f"projectOwner:{_project(store)}"]


def test_the_state_is_encrypted_by_its_own_key(store: Configuration) -> None:
    encryption = store.only("google_storage_bucket")["encryption"]["default_kms_key_name"]
    assert encryption.endswith(".id}"), "the id is the key's full resource name"
    assert store.follow(encryption) == ("google_kms_crypto_key", store.only("google_kms_crypto_key"))


def test_the_key_turns_every_90_days_and_a_destroyed_version_can_be_restored_for_30(store: Configuration) -> None:
    key = store.only("google_kms_crypto_key")
    assert key["purpose"] == "ENCRYPT_DECRYPT", "Cloud KMS turns no other kind"
    assert key["rotation_period"] == f"{90 * DAY_SECONDS}s"
    assert key["destroy_scheduled_duration"] == f"{30 * DAY_SECONDS}s"


def test_key_and_bucket_are_in_the_environments_region(store: Configuration, environments: Environments) -> None:
    environment = environments[store.name.removesuffix("-state")]
    assert isinstance(environment, GcpEnvironment)
    region = environment.account.region
    key_ring = store.only("google_kms_crypto_key")["key_ring"]
    assert store.follow(key_ring) == ("google_kms_key_ring", store.only("google_kms_key_ring"))
    assert key_ring.endswith(".id}")
    assert store.only("google_kms_key_ring")["location"] == region
    assert store.only("google_storage_bucket")["location"] == region.upper()
    assert store.only("google_logging_project_bucket_config")["location"] == region


def test_only_cloud_storage_may_use_the_key_and_only_to_encrypt_and_decrypt(store: Configuration) -> None:
    grants = [kind for kind, _, _ in store.every() if kind.startswith(("google_kms_crypto_key_iam", "google_kms_key_ring_iam"))]
    assert grants == ["google_kms_crypto_key_iam_member"]
    grant = store.only("google_kms_crypto_key_iam_member")
    assert grant["role"] == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    assert store.follow(grant["crypto_key_id"]) == ("google_kms_crypto_key", store.only("google_kms_crypto_key"))
    assert grant["crypto_key_id"].endswith(".id}")
    assert store.follow(grant["member"])[0] == "google_storage_project_service_account"
    assert grant["member"].endswith(".member}"), "an address without 'serviceAccount:' is refused"


def test_the_bucket_waits_until_its_key_may_be_used(store: Configuration) -> None:
    assert set(store.resources("google_kms_crypto_key_iam_member")) <= _after(store, store.only("google_storage_bucket"))


def test_replaced_states_are_kept_as_long_as_asked_and_current_ones_for_ever(configurations: Configurations) -> None:
    for name, days in (("gcp-dev-state", 30), ("gcp-prod-state", 365)):
        bucket = configurations[name].only("google_storage_bucket")
        assert bucket["versioning"] == {"enabled": True}
        deletions = [rule for rule in bucket["lifecycle_rule"] if rule["action"]["type"] != "AbortIncompleteMultipartUpload"]
        # One more condition, or another state than ARCHIVED, could reach the current version.
        assert deletions == [{"action": {"type": "Delete"}, "condition": {"days_since_noncurrent_time": days, "with_state": "ARCHIVED"}}]


def test_unfinished_uploads_are_removed_after_a_week(store: Configuration) -> None:
    rules = store.only("google_storage_bucket")["lifecycle_rule"]
    assert {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}} in rules


def test_a_state_deleted_for_good_can_be_restored_for_30_days(store: Configuration) -> None:
    assert store.only("google_storage_bucket")["soft_delete_policy"] == {"retention_duration_seconds": 30 * DAY_SECONDS}


def test_every_read_and_write_of_a_state_is_recorded_whoever_it_was(store: Configuration) -> None:
    audit = store.only("google_project_iam_audit_config")
    assert (audit["project"], audit["service"]) == (_project(store), "storage.googleapis.com")
    # Without exempted_members: nobody goes unrecorded.
    assert audit["audit_log_config"] == [{"log_type": kind} for kind in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")]


def test_who_read_a_state_is_known_for_a_year(store: Configuration) -> None:
    sink, log = store.only("google_logging_project_sink"), store.only("google_logging_project_bucket_config")
    assert not {"disabled", "exclusions"} & set(sink)
    assert sink["destination"].startswith("logging.googleapis.com/${")
    assert sink["destination"].endswith(".id}")
    assert store.follow(sink["destination"]) == ("google_logging_project_bucket_config", log)
    assert (log["project"], log["retention_days"]) == (_project(store), 365)
    assert set(sink["filter"].split(" AND ")) == {
        'log_id("cloudaudit.googleapis.com/data_access")',
        'resource.type="gcs_bucket"',
        f'resource.labels.bucket_name="{store.only("google_storage_bucket")["name"]}"',
    }
    assert store.count("google_logging_project_exclusion") == 0, "_Default, where people look first, has them too"


def test_only_dev_can_be_torn_down(configurations: Configurations) -> None:
    kept = ["google_storage_bucket", "google_kms_key_ring", "google_kms_crypto_key", "google_logging_project_bucket_config"]
    dev, prod = (configurations[name] for name in STATE_STACKS)
    assert [dev.only(kind).get("lifecycle") for kind in kept] == [None] * 4
    assert [prod.only(kind).get("lifecycle") for kind in kept] == [{"prevent_destroy": True}] * 4
    assert dev.only("google_storage_bucket")["force_destroy"] is True
    assert prod.only("google_storage_bucket")["force_destroy"] is False


def test_the_apis_are_on_before_they_are_called_and_stay_on(store: Configuration) -> None:
    services = store.resources("google_project_service")
    on = {service["service"].removesuffix(".googleapis.com") for service in services.values()}
    assert on == {"cloudkms", "cloudresourcemanager", "logging", "storage"}
    assert [service["disable_on_destroy"] for service in services.values()] == [False] * 4
    agents = store.document["data"]["google_storage_project_service_account"].values()
    kinds = ("google_kms_key_ring", "google_project_iam_audit_config", "google_logging_project_bucket_config")
    for block in (*agents, *(store.only(kind) for kind in kinds)):
        assert _after(store, block) == set(services)


def test_both_states_are_encrypted_by_the_key_that_the_state_stack_makes(configurations: Configurations) -> None:
    for name in STATE_STACKS:
        store, platform = configurations[name], configurations[name.removesuffix("-state")]
        key = store.only("google_kms_crypto_key")
        ring = store.follow(key["key_ring"])[1]
        made = f"projects/{_project(store)}/locations/{ring['location']}/keyRings/{ring['name']}/cryptoKeys/{key['name']}"
        for document in (store, platform):
            backend = document.document["terraform"]["backend"]["gcs"]
            assert backend == {
                "bucket": store.only("google_storage_bucket")["name"],
                "prefix": document.name,
                "kms_encryption_key": made,
            }
