"""A synthesized stack, as tests read it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

_REFERENCE = re.compile(r"\$\{(data\.)?([a-z0-9_]+)\.([A-Za-z0-9_-]+)(?:\.([a-z0-9_.]+))?\}")


@dataclass(frozen=True)
class Configuration:
    """One stack's ``cdk.tf.json``."""

    name: str
    document: Mapping[str, Any]

    def resources(self, kind: str) -> dict[str, Block]:
        """Every resource of one Terraform type, by construct path below the stack ('network/vpc'). Fails where there is none."""
        found = {_path(block): block for block in self.document["resource"].get(kind, {}).values()}
        assert found, f"{self.name} has no {kind}"
        return found

    def resource(self, kind: str, path: str) -> Block:
        """The resource of type ``kind`` at the construct path ``path``."""
        found = self.resources(kind)
        assert path in found, f"{self.name} has no {kind} at {path}, only {sorted(found)}"
        return found[path]

    def only(self, kind: str) -> Block:
        """The one resource of its type."""
        found = self.resources(kind)
        assert len(found) == 1, f"{self.name} has {len(found)} {kind}: {sorted(found)}"
        return next(iter(found.values()))

    def count(self, kind: str) -> int:
        """How many resources of one type there are; 0 is an answer."""
        return len(self.document["resource"].get(kind, {}))

    def every(self) -> Iterator[tuple[str, str, Block]]:
        """Every resource: its type, its construct path, its block."""
        for kind, blocks in self.document["resource"].items():
            for block in blocks.values():
                yield kind, _path(block), block

    def follow(self, reference: str) -> tuple[str, Block]:
        """The type and block that a reference like ``${aws_vpc.network_vpc_1234.id}`` names. Fails where it names nothing."""
        match = _REFERENCE.search(reference)
        assert match, f"{reference!r} is no reference"
        data, kind, name, _ = match.groups()
        blocks = self.document["data" if data else "resource"]
        assert name in blocks.get(kind, {}), f"{self.name}: {reference} names nothing"
        return kind, blocks[kind][name]

    def path_of(self, reference: str) -> str:
        """The construct path of what a reference names."""
        return _path(self.follow(reference)[1])

    def statements(self, reference: str) -> dict[str, Block]:
        """The statements of the AWS policy document that ``reference`` names, by sid."""
        kind, document = self.follow(reference)
        assert kind == "aws_iam_policy_document", kind
        return {statement["sid"]: statement for statement in document["statement"]}


def _path(block: Mapping[str, Any]) -> str:
    return str(block["//"]["metadata"]["path"]).partition("/")[2]


def texts(value: object) -> Iterator[str]:
    """Every text inside a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
