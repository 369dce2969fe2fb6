"""One environment: everything a platform engineer decides, as one literal for each cloud."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ml_platform.contract.account import AwsAccount, AzureSubscription, GcpProject
from ml_platform.contract.network import NetworkSpec
from ml_platform.contract.spec import Contradiction, Spec
from ml_platform.contract.state_backend import AzureStateSpec, GcsStateSpec, S3StateSpec

Tier = Literal["dev", "prod"]

MINIMUM_ZONES: dict[Tier, int] = {"dev": 2, "prod": 3}

STATE_SUFFIX = "-state"
"""What a state stack's name adds to its environment's; no environment may be called so."""

_LABEL = r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"


class _Environment(Spec):
    """What every environment says, whatever its cloud."""

    cloud: ClassVar[str]

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$", max_length=24, examples=["aws-dev"])]
    """The environment's and its stack's name: the file's name with hyphens, 24 characters at most. Fixed for good."""

    tier: Tier
    """dev: cheap, may be torn down. prod: over three zones, protected against destruction."""

    project: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,14}[a-z0-9]$", examples=["ml-platform"])] = "ml-platform"
    """What the platform is called in names and tags: 2 to 16 lower-case letters, digits and hyphens."""

    owner: Annotated[str, Field(pattern=_LABEL, examples=["ml-platform-team"])]
    """The team that answers for it, as a label: 1 to 63 lower-case letters, digits and hyphens."""

    cost_centre: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", examples=["ml-1001"])]
    """Who pays for it, as a label: 1 to 63 lower-case letters, digits and hyphens."""

    network: NetworkSpec
    """The private network."""

    @classmethod
    def contradictions(cls, values: Mapping[str, object]) -> Iterator[Contradiction]:
        name, tier, account = values.get("name"), values.get("tier"), values.get("account")
        if isinstance(name, str) and not name.startswith(f"{cls.cloud}-"):
            yield Contradiction(
                ("name",),
                name,
                f"does not begin with its cloud, {cls.cloud}.",
                f"'{cls.cloud}-' and a word, like '{cls.cloud}-staging'.",
                "Rename it, and its file.",
            )
        for other in MINIMUM_ZONES:
            if isinstance(name, str) and name.endswith(f"-{other}") and tier in MINIMUM_ZONES and tier != other:
                yield Contradiction(
                    ("tier",), tier, f"does not agree with the name {name!r}.", f"{other!r} for that name.", "Change the tier or the name."
                )
        zones = getattr(account, "zones", None)
        if isinstance(zones, tuple) and (tier == "dev" or tier == "prod") and len(zones) < MINIMUM_ZONES[tier]:
            yield Contradiction(
                ("account", "zones"),
                zones,
                f"has {len(zones)} zones, too few for tier {tier!r}.",
                f"{MINIMUM_ZONES[tier]} zones or more.",
                "Name another zone of the region.",
            )


class AwsEnvironment(_Environment):
    """An environment on AWS."""

    cloud = "aws"

    account: AwsAccount
    """The AWS account, region and zones."""

    state_backend: S3StateSpec
    """Where Terraform's state lives."""


class AzureEnvironment(_Environment):
    """An environment on Azure."""

    cloud = "azure"

    account: AzureSubscription
    """The Azure subscription, location and zones."""

    state_backend: AzureStateSpec
    """Where Terraform's state lives."""


class GcpEnvironment(_Environment):
    """An environment on Google Cloud."""

    cloud = "gcp"

    account: GcpProject
    """The Google Cloud project, region and zones."""

    state_backend: GcsStateSpec
    """Where Terraform's state lives."""

    @classmethod
    def contradictions(cls, values: Mapping[str, object]) -> Iterator[Contradiction]:
        yield from super().contradictions(values)
        network = values.get("network")
        if isinstance(network, NetworkSpec) and network.nat != "one-per-environment":
            yield Contradiction(
                ("network", "nat"),
                network.nat,
                "is not possible on Google Cloud: Cloud NAT is regional and outlives the loss of a zone by itself.",
                "'one-per-environment'.",
                "Change it.",
            )


Environment = AwsEnvironment | AzureEnvironment | GcpEnvironment
"""Any of the three."""
