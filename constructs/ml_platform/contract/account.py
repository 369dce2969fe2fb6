"""Where in a cloud an environment lives: the account, and the region and zones in it."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ml_platform.contract import regions
from ml_platform.contract.spec import Contradiction, Spec, wrong


def _known(kind: str, known: Collection[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value in known:
            return value
        near = get_close_matches(value.lower(), sorted(known), n=3, cutoff=0.6)
        raise wrong(
            f"is no {kind} this platform knows.",
            f"one of the {len(known)} in ml_platform/contract/regions.py.",
            f"Did you mean {' or '.join(repr(name) for name in near)}?" if near else f"Look your {kind} up there.",
        )

    return AfterValidator(check)


def different(value: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a tuple that says something twice."""
    twice = sorted({entry for entry in value if value.count(entry) > 1})
    if twice:
        raise wrong(f"names {', '.join(map(repr, twice))} twice.", "each entry once.", "Remove the repeated entry, or name another one.")
    return value


Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", examples=["6f0c1c9e-1d2b-4f6a-9c3d-0a1b2c3d4e5f"])]
"""A UUID in lower case."""

_Zones = Annotated[tuple[str, ...], Field(min_length=2, max_length=6), AfterValidator(different)]


def _zones_of(region: object, zones: object, allowed: Collection[str], hint: str) -> Iterator[Contradiction]:
    if not isinstance(region, str) or not isinstance(zones, tuple):
        return
    strangers = [zone for zone in zones if zone not in allowed]
    if strangers:
        yield Contradiction(
            ("zones",),
            zones,
            f"{', '.join(map(repr, strangers))} {'is' if len(strangers) == 1 else 'are'} not in region {region!r}.",
            f"{', '.join(allowed)}.",
            hint,
        )


class AwsAccount(Spec):
    """An AWS account, and the region and zones used in it."""

    account_id: Annotated[str, Field(pattern=r"^\d{12}$", examples=["111122223333"])]
    """The account's twelve digits, as text. Terraform refuses to work in any other account."""

    region: Annotated[str, _known("AWS region", regions.AWS_REGIONS), Field(examples=["eu-central-1"])]
    """The AWS region, for example eu-central-1."""

    zones: _Zones
    """The availability zones, by name: at least two in dev, three in prod. More zones find more spot GPUs.

    Their order is fixed for good: subnets follow it."""

    @classmethod
    def contradictions(cls, values: Mapping[str, object]) -> Iterator[Contradiction]:
        region = values.get("region")
        allowed = [f"{region}{letter}" for letter in regions.AWS_ZONE_LETTERS]
        yield from _zones_of(
            region, values.get("zones"), allowed, "Change the region or the zones (`aws ec2 describe-availability-zones` lists yours)."
        )


class AzureSubscription(Spec):
    """An Azure subscription, and the location and zones used in it."""

    subscription_id: Uuid
    """The subscription's UUID."""

    tenant_id: Uuid
    """The UUID of the Entra tenant the subscription trusts."""

    location: Annotated[str, _known("Azure location with availability zones", regions.AZURE_LOCATIONS), Field(examples=["westeurope"])]
    """The location, in its short form, for example westeurope."""

    zones: Annotated[tuple[Literal["1", "2", "3"], ...], Field(min_length=2, max_length=3), AfterValidator(different)]
    """The availability zones: at least two in dev, three in prod."""


class GcpProject(Spec):
    """A Google Cloud project, and the region and zones used in it."""

    project_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$", examples=["acme-ml-dev"])]
    """The project's id (not its display name): 6 to 30 lower-case letters, digits and hyphens."""

    project_number: Annotated[str, Field(pattern=r"^[1-9]\d{5,14}$", examples=["123456789012"])]
    """The project's number, as text. Google's service agents and budgets are named by it."""

    region: Annotated[str, _known("Google Cloud region", regions.GCP_REGIONS), Field(examples=["europe-west4"])]
    """The region, for example europe-west4."""

    zones: _Zones
    """The zones, by name: at least two in dev, three in prod."""

    @classmethod
    def contradictions(cls, values: Mapping[str, object]) -> Iterator[Contradiction]:
        region = values.get("region")
        allowed = regions.GCP_REGIONS.get(region, ()) if isinstance(region, str) else ()
        yield from _zones_of(
            region, values.get("zones"), allowed, "Change the region or the zones (`gcloud compute zones list` lists them)."
        )
