"""The Google APIs a stack needs, switched on."""

from collections.abc import Sequence

from cdktf_cdktf_provider_google.project_service import ProjectService
from constructs import Construct

# The provider itself asks Resource Manager about the project, for every service it switches on, for a peering and for an audit
# configuration.
STATE = ("cloudkms", "cloudresourcemanager", "logging", "storage")
"""What the state stack's resources need."""

PLATFORM = ("cloudresourcemanager", "compute", "logging", "servicenetworking")
"""What the platform stack's resources need. A capability that needs another API adds it here; the VPC waits for all of them, so whatever
reads the network finds them on."""


class Services(Construct):
    """The APIs named in ``services``, by the first part of their domain. Wait for ``enabled``.

    None is switched off when the stack is destroyed: others in the project may use it.

    Google's Service Usage API must be on before, or nothing can be switched on: it is in every project made by the console or gcloud.
    """

    def __init__(self, scope: Construct, id: str, services: Sequence[str]) -> None:
        super().__init__(scope, id)
        self.enabled = [
            ProjectService(self, service, service=f"{service}.googleapis.com", disable_on_destroy=False) for service in services
        ]
