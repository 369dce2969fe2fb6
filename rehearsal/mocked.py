"""Rehearses an Azure or Google environment: real Terraform and the real provider plugin check it, and mocks take the cloud's part."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ml_platform.contract.environment import STATE_SUFFIX, Environment
from ml_platform.operations.stop import FAILED, Stop
from rehearsal import mock_ids
from rehearsal.report import Report, succeeded
from rehearsal.scratch import Outcome, Scratch, scratch

LIMITS = """\
This is all that was done. Terraform and the real provider plugin accepted every argument (terraform validate), and each resource was
applied to a mock that answers with made-up ids (terraform test), with prevent_destroy and the backend taken out of a copy.
No cloud was asked: it does not prove that a second plan is empty, that permissions, quotas, names and SKUs are there, what the cloud's own
API refuses, or that the state's backend works. Only a deployment to a real account does."""


def rehearse(environment: Environment, project: Path, report: Report) -> None:
    """Validate both stacks of ``environment`` and apply them to mocks. Raises Stop where either is refused."""
    with scratch(project, {"ENVIRONMENTS": environment.name}) as room:
        report.step("cdktf synth", lambda: _synthesize(room))
        for stack in (f"{environment.name}{STATE_SUFFIX}", environment.name):
            folder = room.project / "cdktf.out" / "stacks" / stack
            report.step(f"terraform validate {stack}", lambda folder=folder: _validate(room, folder))  # type: ignore[misc]
            report.step(f"mocked apply {stack}", lambda folder=folder: _apply(room, folder))  # type: ignore[misc]


def _synthesize(room: Scratch) -> str:
    succeeded(room.run("cdktf", "synth"))
    return "both stacks"


def _validate(room: Scratch, folder: Path) -> str:
    chdir = f"-chdir={folder}"
    succeeded(room.run("terraform", chdir, "init", "-backend=false", "-input=false", "-no-color"))
    succeeded(room.run("terraform", chdir, "validate", "-no-color"))
    return "valid"


def _apply(room: Scratch, folder: Path) -> str:
    copy = folder.with_name(f"{folder.name}-mocked")
    # The plugin and its lock come along.
    shutil.copytree(folder, copy, symlinks=True)
    stack = json.loads((folder / "cdk.tf.json").read_text())
    (copy / "cdk.tf.json").write_text(json.dumps(mockable(stack)))
    (copy / "mocked.tftest.json").write_text(json.dumps(test_file(stack)))
    outcome = room.run("terraform", f"-chdir={copy}", "test", "-json", "-verbose")
    events = list(_events(outcome))
    _refuse_complaints(outcome, events)
    succeeded(outcome)
    states = [event["test_state"] for event in events if event.get("type") == "test_state"]
    applied = [entry for state in states for entry in state["root_module"]["resources"] if entry["mode"] == "managed"]
    return f"{len(applied)} resources applied to mocks"


def mockable(stack: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the synthesized ``stack`` that can be applied to mocks and destroyed again."""
    copy: dict[str, Any] = json.loads(json.dumps(stack))
    copy["terraform"].pop("backend", None)
    for resources in copy.get("resource", {}).values():
        for resource in resources.values():
            # `terraform test` destroys what it applied.
            resource.get("lifecycle", {}).pop("prevent_destroy", None)
    return copy


def test_file(stack: Mapping[str, Any]) -> dict[str, Any]:
    """The test that applies ``stack``: every provider a mock, and an id of its own for every resource and data source."""

    def overrides(kind: str, prefix: str) -> list[dict[str, Any]]:
        return [
            {"target": f"{prefix}{type_name}.{name}", "values": mock_ids.values(type_name, name)}
            for type_name, entries in stack.get(kind, {}).items()
            for name in entries
            # A data source that nothing is known of answers as the mock pleases.
            if kind == "resource" or type_name in mock_ids.SHAPES
        ]

    return {
        "mock_provider": {name: {} for name in stack["provider"]},
        "override_resource": overrides("resource", ""),
        "override_data": overrides("data", "data."),
        "run": {"apply": {"command": "apply"}},
    }


def _events(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for line in outcome.output.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def _refuse_complaints(outcome: Outcome, events: list[dict[str, Any]]) -> None:
    diagnostics = [event["diagnostic"] for event in events if event.get("type") == "diagnostic"]
    errors = [entry for entry in diagnostics if entry["severity"] == "error"]
    if not errors:
        return
    lines = dict.fromkeys(f"  {entry.get('address', '')}: {entry['summary']} {entry.get('detail', '')}".rstrip() for entry in errors)
    missing = mock_ids.types_without_row(" ".join(lines))
    advice = [f"\nThe provider wants ids of {', '.join(missing)} in their own shape: add rows to rehearsal/mock_ids.py."] if missing else []
    raise Stop("\n".join([f"\n`{' '.join(outcome.command)}` was refused:", *lines, *advice]), FAILED)
