"""Where Terraform's state lives: what an environment asks, one class for each cloud's kind of store."""

from typing import Annotated, Protocol

from pydantic import AfterValidator, Field

from ml_platform.contract.account import Uuid, different
from ml_platform.contract.spec import Spec

_BUCKET = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", examples=["acme-ml-aws-dev-tfstate"])]
_RETENTION = Annotated[int, Field(ge=7, le=365, examples=[90])]


class S3StateSpec(Spec):
    """State in an S3 bucket."""

    bucket: _BUCKET
    """The bucket's name, unique among all AWS customers: 3 to 63 lower-case letters, digits and hyphens. Fixed for good."""

    lock_table: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,255}$", examples=["acme-ml-aws-dev-tfstate-lock"])] | None
    """The DynamoDB table that locks beside the bucket's own lock file, or None for the lock file alone: Terraform deprecates the table."""

    noncurrent_retention_days: _RETENTION
    """How long replaced versions of the state are kept, in days: 7 to 365."""


class AzureStateSpec(Spec):
    """State in a container of an Azure storage account."""

    resource_group: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,90}$", examples=["acme-ml-azure-dev-tfstate"])]
    """The resource group's name, unique in the subscription."""

    storage_account: Annotated[str, Field(pattern=r"^[a-z0-9]{3,24}$", examples=["acmemlazuredevtfstate"])]
    """The storage account's name, unique in all of Azure: 3 to 24 lower-case letters and digits. Fixed for good."""

    container: Annotated[str, Field(pattern=r"^[a-z0-9](-?[a-z0-9]){2,62}$", examples=["tfstate"])] = "tfstate"
    """The blob container's name."""

    deployer_object_ids: Annotated[tuple[Uuid, ...], Field(min_length=1), AfterValidator(different)]
    """The Entra object ids of those who deploy (people's groups, pipelines).

    They may read and write the state and manage its key; nobody else may."""

    noncurrent_retention_days: _RETENTION
    """How long replaced and deleted versions of the state are kept, in days: 7 to 365."""


class GcsStateSpec(Spec):
    """State in a Cloud Storage bucket."""

    bucket: _BUCKET
    """The bucket's name, unique in all of Google Cloud: 3 to 63 lower-case letters, digits and hyphens. Fixed for good."""

    noncurrent_retention_days: _RETENTION
    """How long replaced versions of the state are kept, in days: 7 to 365."""


class StateBackend(Protocol):
    """What others read of the place where the state lives."""

    @property
    def store_name(self) -> str:
        """The name of the bucket or storage account."""
        ...
