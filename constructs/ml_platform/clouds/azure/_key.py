"""Keys of our own for data at rest: a vault, an RSA key that rotates itself, and the identity by which a service uses it. No secret."""

from collections.abc import Sequence

from cdktf_cdktf_provider_azurerm.key_vault import KeyVault, KeyVaultNetworkAcls
from cdktf_cdktf_provider_azurerm.key_vault_key import KeyVaultKey, KeyVaultKeyRotationPolicy, KeyVaultKeyRotationPolicyAutomatic
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from ml_platform.clouds._terraform import keep_in_prod
from ml_platform.clouds.azure._grant import grant
from ml_platform.contract.environment import AzureEnvironment, Tier
from ml_platform.label import Labels

SOFT_DELETE_DAYS: dict[Tier, int] = {"dev": 7, "prod": 90}
"""How long a deleted vault or key can be brought back, in days: Azure's shortest and longest."""

ROTATE_AFTER = "P1Y"
"""The age at which a key gets a new version, as an ISO 8601 duration."""

RSA_BITS = 3072
"""128 bits of security: NIST SP 800-57 part 1."""


class Key(Construct):
    """A key in a vault of its own, and an identity that may encrypt with it. ``administrators`` (object ids) may manage the key.

    - The roles are given on ``group`` and before the vault is made. Azure takes a minute or two to spread a role, the provider two
      minutes to make a vault, and it does not try again where the vault still refuses. So ``group`` must hold nothing that they should
      not reach; and a lock on the vault does not hinder taking a role away.
    - Purge protection is on: storage accounts demand it, and it cannot be turned off again.
    - The vault answers from everywhere, to those with a role: the key is made from a runner, whose address nobody knows beforehand.
      Storage itself comes in as a trusted service, also if the firewall is closed later.
    - The key's versions do not expire. What is encrypted under one would become unreadable on a day when rotation had failed; and the
      provider would read the expiry that rotation sets, miss it in the configuration, and replace the key.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: AzureEnvironment,
        labels: Labels,
        group: ResourceGroup,
        purpose: str,
        administrators: Sequence[str],
    ) -> None:
        super().__init__(scope, id)
        tags, tier = labels.tags, environment.tier
        self.identity = UserAssignedIdentity(
            self,
            "identity",
            name=labels.name("azure_managed_identity", purpose),
            location=group.location,
            resource_group_name=group.name,
            tags=tags,
        )
        grants = [
            grant(
                self,
                "use",
                role="Key Vault Crypto Service Encryption User",
                to=self.identity.principal_id,
                on=group.id,
                kind="ServicePrincipal",
                reason="Encrypts with the key",
            )
        ] + [
            grant(self, f"administer-{who}", role="Key Vault Crypto Officer", to=who, on=group.id, reason="Creates and rotates the key")
            for who in administrators
        ]
        self.vault = KeyVault(
            self,
            "vault",
            name=labels.name("azure_key_vault", purpose),
            location=group.location,
            resource_group_name=group.name,
            tenant_id=environment.account.tenant_id,
            sku_name="standard",
            rbac_authorization_enabled=True,
            purge_protection_enabled=True,
            soft_delete_retention_days=SOFT_DELETE_DAYS[tier],
            public_network_access_enabled=True,
            network_acls=KeyVaultNetworkAcls(bypass="AzureServices", default_action="Allow"),
            tags=tags,
            lifecycle=keep_in_prod(tier),
            depends_on=grants,
        )
        self._key = KeyVaultKey(
            self,
            "key",
            name=purpose,
            key_vault_id=self.vault.id,
            key_type="RSA",
            key_size=RSA_BITS,
            key_opts=["unwrapKey", "wrapKey"],
            rotation_policy=KeyVaultKeyRotationPolicy(automatic=KeyVaultKeyRotationPolicyAutomatic(time_after_creation=ROTATE_AFTER)),
            tags=tags,
            lifecycle=keep_in_prod(tier),
        )

    @property
    def id(self) -> str:
        """The key's URL without a version: who holds it follows every rotation."""
        return self._key.versionless_id
