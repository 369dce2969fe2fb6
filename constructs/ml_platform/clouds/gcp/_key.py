"""Cloud KMS keys: rotated every quarter, used only by those they are granted to."""

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_google.kms_crypto_key import KmsCryptoKey
from cdktf_cdktf_provider_google.kms_crypto_key_iam_member import KmsCryptoKeyIamMember
from cdktf_cdktf_provider_google.kms_key_ring import KmsKeyRing
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.contract.environment import GcpEnvironment
from ml_platform.label import Labels

DAY_SECONDS = 24 * 60 * 60

ROTATION_DAYS = 90
"""How often a new version takes over. Older versions stay, and decrypt what they encrypted."""

DELETION_WINDOW_DAYS = 30
"""How long a destroyed version can be brought back, in days. Fixed at creation."""


def key_resource_name(environment: GcpEnvironment, labels: Labels, purpose: str) -> str:
    """The resource name of the key for ``purpose``: known before the key exists, so backends can name it."""
    account, ring = environment.account, _ring_name(labels, purpose)
    return f"projects/{account.project_id}/locations/{account.region}/keyRings/{ring}/cryptoKeys/{purpose}"


def _ring_name(labels: Labels, purpose: str) -> str:
    return labels.name("gcp_kms_key_ring", purpose)


class Key(Construct):
    """A symmetric key in a ring of its own, in the environment's region, which ``user`` (an IAM member) may encrypt and decrypt with.

    Google never deletes a ring or a key, and never gives their names free. Destroying them in Terraform destroys the key's versions
    (they can be restored for DELETION_WINDOW_DAYS), stops its rotation and forgets both; the next apply then fails with 409, "already
    exists". So a dev environment that comes back takes them over first, in this order: ``terraform import`` the ring, then the key, by
    their resource names; ``gcloud kms keys versions create --primary`` for a new version, or ``restore`` and ``enable`` for the old one
    where its data is still wanted; apply, which starts the rotation again. An ``import`` block in the code cannot do it: it fails where
    there is nothing to import, which is the first time.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: GcpEnvironment,
        labels: Labels,
        purpose: str,
        user: str,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id)
        lifecycle = keep_in_prod(environment.tier)
        ring = KmsKeyRing(
            self,
            "ring",
            name=_ring_name(labels, purpose),
            location=environment.account.region,
            lifecycle=lifecycle,
            depends_on=list(depends_on),
        )
        self._key = KmsCryptoKey(
            self,
            "key",
            name=purpose,
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=f"{ROTATION_DAYS * DAY_SECONDS}s",
            destroy_scheduled_duration=f"{DELETION_WINDOW_DAYS * DAY_SECONDS}s",
            lifecycle=lifecycle,
        )
        self.grant = KmsCryptoKeyIamMember(
            self, "grant", crypto_key_id=self._key.id, role="roles/cloudkms.cryptoKeyEncrypterDecrypter", member=user
        )

    @property
    def resource_name(self) -> str:
        """The key's resource name. What encrypts with it must wait for ``grant``."""
        return self._key.id
