"""Finds every environment and checks them together."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from pathlib import Path

from ml_platform.contract.environment import STATE_SUFFIX, Environment
from ml_platform.contract.network import NetworkSpec
from ml_platform.discovery.literal import Draft, read
from ml_platform.discovery.mistake import Mistake, WrongEnvironments, shown


def discover(folder: Path) -> list[Environment]:
    """Every environment in ``folder``, ordered by name: one in each ``*.py`` whose name does not begin with an underscore.

    Raises WrongEnvironments with every mistake of every file, and where there is no file at all.
    """
    files = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    drafts = [read(path, f"{folder.name}/{path.name}") for path in files]
    for path, draft in zip(files, drafts, strict=True):
        _check_name(path, draft)
    _check_disjoint(drafts)
    _check_stores(drafts)
    mistakes = [mistake for draft in drafts for mistake in draft.mistakes]
    if not files:
        mistakes.append(
            Mistake(f"{folder.name}/", 0, "", "", "There is no environment file.", "one *.py or more.", "Add one, see README.md.")
        )
    if mistakes:
        raise WrongEnvironments(mistakes)
    return sorted((draft.environment for draft in drafts if draft.environment), key=lambda environment: environment.name)


def select(environments: Sequence[Environment], names: str) -> list[Environment]:
    """Those of ``environments`` that ``names`` lists, separated by commas; all where it is empty.

    Raises ValueError that names what is unknown and what there is.
    """
    wanted = [name for name in (part.strip() for part in names.split(",")) if name]
    unknown = sorted(set(wanted) - {environment.name for environment in environments})
    if unknown:
        known = ", ".join(environment.name for environment in environments)
        raise ValueError(f"ENVIRONMENTS names {', '.join(map(repr, unknown))}. Allowed: {known}; or leave it out for all.")
    return [environment for environment in environments if not wanted or environment.name in wanted]


def _check_name(path: Path, draft: Draft) -> None:
    name = draft.values.get("name")
    expected = path.stem.replace("_", "-")
    if isinstance(name, str) and name != expected:
        draft.refuse(
            ("name",), shown(name), "is not the file's name.", f"{expected!r} in this file.", "Change the name, or rename the file."
        )
    elif isinstance(name, str) and name.endswith(STATE_SUFFIX):
        draft.refuse(
            ("name",), shown(name), f"ends in {STATE_SUFFIX!r}, as state stacks do.", "any other ending.", "Rename it, and its file."
        )


def _check_disjoint(drafts: Iterable[Draft]) -> None:
    seen: list[tuple[IPv4Network, Draft]] = []
    for draft in drafts:
        network = draft.values.get("network")
        if not isinstance(network, NetworkSpec):
            continue
        cidr = IPv4Network(network.cidr)
        for other, earlier in seen:
            if cidr.overlaps(other):
                draft.refuse(
                    ("network", "cidr"),
                    shown(network.cidr),
                    f"overlaps {other} of {earlier.file}.",
                    "networks that are disjoint over all environments, so that they can be peered.",
                    f"Choose another, for example {_free([entry for entry, _ in seen] + [cidr], cidr.prefixlen)}.",
                )
        seen.append((cidr, draft))


def _free(taken: Sequence[IPv4Network], length: int) -> str:
    candidates = IPv4Network("10.0.0.0/8").subnets(new_prefix=length)
    return repr(str(next(candidate for candidate in candidates if not any(candidate.overlaps(entry) for entry in taken))))


def _check_stores(drafts: Iterable[Draft]) -> None:
    seen: dict[str, str] = {}
    for draft in drafts:
        for field in ("bucket", "storage_account"):
            store = getattr(draft.values.get("state_backend"), field, None)
            if not isinstance(store, str):
                continue
            if store in seen:
                draft.refuse(
                    ("state_backend", field),
                    shown(store),
                    f"is the store of {seen[store]} too.",
                    "a store of its own for each environment.",
                    "Choose another name.",
                )
            seen.setdefault(store, draft.file)
