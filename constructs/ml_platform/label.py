"""Names and tags: each kind of resource has its own length, alphabet and scope, and every name keeps to them.

A name is ``<project>-<environment>-<what>``. One that does not fit its kind is shortened and ends in a hash of the whole, so that two long
names never become one. The same input gives the same name for ever: a changed name is a destroyed resource.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from ml_platform.contract.environment import Environment

HASH_LENGTH = 6

Scope = Literal["world", "account", "region", "parent"]


@dataclass(frozen=True)
class Kind:
    """What one kind of resource allows in its name.

    ``shortest`` and ``longest`` count characters; ``alphabet`` is a pattern one character matches; ``joint`` stands between words;
    ``scope`` is where the name has to be unique. A name that must be unique in the world carries a hash of its account.
    """

    longest: int
    alphabet: str = "[a-z0-9-]"
    joint: str = "-"
    scope: Scope = "account"
    shortest: int = 1


KINDS = {
    # AWS: the service's own API reference, 2026-11-23.
    "aws_tag_name": Kind(256),
    "aws_kms_alias": Kind(249, scope="region"),
    "aws_iam_role": Kind(64),
    "aws_log_group": Kind(512, alphabet="[a-z0-9/-]", scope="region"),
    "aws_security_group": Kind(255, scope="parent"),
    "aws_s3_bucket": Kind(63, scope="world", shortest=3),
    # Azure: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, 2026-11-23.
    "azure_resource_group": Kind(90),
    "azure_network_resource": Kind(64, scope="parent", shortest=2),
    "azure_storage_account": Kind(24, alphabet="[a-z0-9]", joint="", scope="world", shortest=3),
    "azure_key_vault": Kind(24, scope="world", shortest=3),
    "azure_managed_identity": Kind(128, scope="parent", shortest=3),
    "azure_lock": Kind(90, scope="parent"),
    "azure_log_analytics_workspace": Kind(63, scope="parent", shortest=4),
    # Google: RFC 1035 names of Compute Engine, IAM, Cloud KMS, Cloud Logging, 2026-11-23.
    "gcp_compute_resource": Kind(63),
    "gcp_kms_key_ring": Kind(63, scope="region"),
    "gcp_log_bucket": Kind(100, scope="account"),
    "gcp_log_sink": Kind(100),
    "gcp_log_exclusion": Kind(100),
    "gcp_service_account": Kind(30, shortest=6),
}
"""Every kind of name in use, with the vendor's limits."""


@dataclass(frozen=True)
class Labels:
    """The names and tags of one environment."""

    project: str
    environment: str
    account: str
    tags: dict[str, str]

    def name(self, kind: str, *words: str) -> str:
        """The name of the resource ``words`` describe, within the limits of ``kind``, a key of KINDS.

        Raises KeyError for an unknown kind, ValueError where ``words`` hold a character the kind can never show.
        """
        limits = KINDS[kind]
        parts = [self.project, self.environment, *words]
        full = limits.joint.join(parts)
        if limits.joint == "":
            full = full.replace("-", "")
        wrong = sorted(set(re.sub(limits.alphabet, "", full)))
        if wrong:
            raise ValueError(f"a name of kind {kind} cannot hold {', '.join(map(repr, wrong))}: {full!r}")
        identity = "/".join(parts)
        if limits.scope == "world":
            return _shortened(full, f"{identity}/{self.account}", limits, always=True)
        return _shortened(full, identity, limits, always=False)


def _shortened(full: str, identity: str, limits: Kind, *, always: bool) -> str:
    if len(full) <= limits.longest and not always:
        return full
    digest = hashlib.sha256(identity.encode()).hexdigest()[:HASH_LENGTH]
    room = limits.longest - HASH_LENGTH - len(limits.joint)
    return f"{full[:room].rstrip('-')}{limits.joint}{digest}"


def labels(environment: Environment, account: str) -> Labels:
    """The names and tags of ``environment`` in ``account``. Tag values fit every cloud: lower-case letters, digits, hyphens, at most 63."""
    tags = {
        "project": environment.project,
        "environment": environment.name,
        "tier": environment.tier,
        "owner": environment.owner,
        "cost-centre": environment.cost_centre,
        "managed-by": "terraform",
    }
    return Labels(environment.project, environment.name, account, tags)
