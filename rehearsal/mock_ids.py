"""The ids that mocks answer with: one row for each resource type whose id the provider checks where another resource uses it.

A mock makes up random text; that fails wherever the provider looks at an id's shape. Where a row is missing, the rehearsal says so and
names the type: copy the shape from the provider's documentation, section "Import". ``{name}`` stands for the resource's own name, so that
two resources of one type have different ids and a swap shows; ``{uuid}`` for a UUID of its own.
"""

import hashlib
import re
import uuid
from collections.abc import Mapping

_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/group"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_STORAGE = f"{_GROUP}/providers/Microsoft.Storage/storageAccounts"
_KEY = "https://vault.vault.azure.net/keys/{name}"
_VERSION = "0123456789abcdef0123456789abcdef"

SHAPES: dict[str, dict[str, str]] = {
    "azurerm_key_vault": {"id": f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{name}}"},
    "azurerm_key_vault_key": {"id": f"{_KEY}/{_VERSION}", "versionless_id": _KEY},
    "azurerm_log_analytics_workspace": {"id": f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{name}}"},
    "azurerm_nat_gateway": {"id": f"{_NETWORK}/natGateways/{{name}}"},
    "azurerm_network_security_group": {"id": f"{_NETWORK}/networkSecurityGroups/{{name}}"},
    "azurerm_private_dns_zone": {"id": f"{_NETWORK}/privateDnsZones/{{name}}.example.com"},
    "azurerm_public_ip": {"id": f"{_NETWORK}/publicIPAddresses/{{name}}"},
    "azurerm_resource_group": {"id": f"{_SUBSCRIPTION}/resourceGroups/{{name}}"},
    "azurerm_storage_account": {"id": f"{_STORAGE}/{{name}}"},
    "azurerm_storage_container": {"id": f"{_STORAGE}/account/blobServices/default/containers/{{name}}"},
    "azurerm_subnet": {"id": f"{_NETWORK}/virtualNetworks/network/subnets/{{name}}"},
    "azurerm_user_assigned_identity": {
        "id": f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{name}}",
        "principal_id": "{uuid}",
        "client_id": "{uuid}",
    },
    "azurerm_virtual_network": {"id": f"{_NETWORK}/virtualNetworks/{{name}}"},
    "google_compute_network": {"id": "projects/project/global/networks/{name}"},
    "google_logging_project_sink": {"writer_identity": "serviceAccount:{name}@logging.iam.gserviceaccount.com"},
    "google_service_account": {
        "email": "{name}@project.iam.gserviceaccount.com",
        "member": "serviceAccount:{name}@project.iam.gserviceaccount.com",
        "name": "projects/project/serviceAccounts/{name}@project.iam.gserviceaccount.com",
    },
    "google_storage_project_service_account": {
        "email_address": "{name}@gs-project-accounts.iam.gserviceaccount.com",
        "member": "serviceAccount:{name}@gs-project-accounts.iam.gserviceaccount.com",
    },
}

_NO_ROW = "no-row-in-mock-ids:"

LONGEST_NAME = 30
"""Google's service accounts allow no more."""


def values(type_name: str, name: str) -> Mapping[str, str]:
    """What a mock of the resource answers. Without a row, an id that ``types_without_row`` finds again in the provider's complaint."""
    shapes = SHAPES.get(type_name)
    if shapes is None:
        return {"id": f"{_NO_ROW}{type_name}"}
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"{type_name}.{name}")
    return {attribute: shape.format(name=_short(name), uuid=own) for attribute, shape in shapes.items()}


def types_without_row(complaint: str) -> list[str]:
    """The types whose made-up ids a provider complains about."""
    return sorted(set(re.findall(rf"{_NO_ROW}([a-z0-9_]+)", complaint)))


def _short(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{words[: LONGEST_NAME - 9].rstrip('-')}-{digest}"
