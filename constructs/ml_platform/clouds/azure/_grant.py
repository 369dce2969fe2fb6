"""Roles given to Entra identities."""

from typing import Literal

from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from constructs import Construct

Role = Literal["Key Vault Crypto Officer", "Key Vault Crypto Service Encryption User", "Storage Blob Data Contributor"]
"""Azure's built-in roles in use: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles."""


def grant(
    scope: Construct, id: str, *, role: Role, to: str, on: str, reason: str, kind: Literal["ServicePrincipal"] | None = None
) -> RoleAssignment:
    """Give ``role`` on the resource ``on`` to the object id ``to``. ``kind`` is set for identities made in the same run.

    Entra may not know such an identity yet; told its kind, Azure does not look it up. People's groups and pipelines exist, and Azure finds
    out what they are.
    """
    return RoleAssignment(scope, id, role_definition_name=role, principal_id=to, scope=on, principal_type=kind, description=reason)
