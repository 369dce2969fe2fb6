"""Did anything change that nobody meant? One reviewable JSON file per stack; `make snapshots` rewrites them."""

import json
import shutil
from pathlib import Path

import pytest
from cdktf import Testing
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from ml_platform.clouds import load
from ml_platform.contract import Environment
from ml_platform.stacks.platform import PlatformStack
from ml_platform.stacks.state import StateStack
from tests.conftest import NAMES


class Golden(JSONSnapshotExtension):
    """``tests/environments/<stack>.json``, keys sorted."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(Path(test_location.filepath).parent)

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:  # noqa: ARG003 (syrupy's signature)
        return str(index)


@pytest.mark.parametrize("kind", [PlatformStack, StateStack])
@pytest.mark.parametrize("name", NAMES)
def test_the_stack_is_as_reviewed(
    name: str, kind: type[PlatformStack | StateStack], environments: dict[str, Environment], snapshot: SnapshotAssertion
) -> None:
    stack = kind(Testing.app(), load(environments[name]))
    folder = Path(Testing.full_synth(stack))
    document = json.loads((folder / "stacks" / stack.node.id / "cdk.tf.json").read_bytes(), object_pairs_hook=_without_comments)
    shutil.rmtree(folder)
    assert document == snapshot(name=stack.node.id, extension_class=Golden)


def _without_comments(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The bindings' own metadata says nothing that the addresses do not."""
    return {key: value for key, value in pairs if key != "//"}
