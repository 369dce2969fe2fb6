"""Records of who read or wrote the state, and who used its key."""

from collections.abc import Sequence

from cdktf_cdktf_provider_azurerm.log_analytics_workspace import LogAnalyticsWorkspace
from cdktf_cdktf_provider_azurerm.monitor_diagnostic_setting import MonitorDiagnosticSetting, MonitorDiagnosticSettingEnabledLog
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from ml_platform.label import Labels

RETENTION_DAYS = 365
"""How long it is known who read or wrote, in days."""

_BLOB_LOGS = ("StorageRead", "StorageWrite", "StorageDelete")
_VAULT_LOGS = ("AuditEvent",)


class AccessLog(Construct):
    """A workspace for the logs of ``account_id``'s blobs and of ``vault_id``.

    On in dev too: a state lists everything an attacker wants to know, and reads of it are rare, so the log is small.
    """

    def __init__(self, scope: Construct, id: str, *, labels: Labels, group: ResourceGroup, account_id: str, vault_id: str) -> None:
        super().__init__(scope, id)
        workspace = LogAnalyticsWorkspace(
            self,
            "workspace",
            name=labels.name("azure_log_analytics_workspace", "tfstate"),
            location=group.location,
            resource_group_name=group.name,
            sku="PerGB2018",
            retention_in_days=RETENTION_DAYS,
            local_authentication_enabled=False,
            tags=labels.tags,
        )
        self._send("blobs", f"{account_id}/blobServices/default", _BLOB_LOGS, workspace)
        self._send("vault", vault_id, _VAULT_LOGS, workspace)

    def _send(self, id: str, source: str, categories: Sequence[str], workspace: LogAnalyticsWorkspace) -> None:
        MonitorDiagnosticSetting(
            self,
            id,
            name="access-log",
            target_resource_id=source,
            log_analytics_workspace_id=workspace.id,
            enabled_log=[MonitorDiagnosticSettingEnabledLog(category=category) for category in categories],
        )
