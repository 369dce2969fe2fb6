"""Where the state of a state stack is: in the store that the stack makes, or, until there is a store, in a local file."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml_platform.operations.stop import Stop
from ml_platform.operations.tools import Outcome, Tools

OUTPUT = Path("cdktf.out")
"""Where cdktf writes, below the project."""

LOCAL = Path(".bootstrap")
"""Where local states are kept, below the project: never in ``cdktf.out``, which may be deleted at any time."""

_OVERRIDE = "bootstrap_override.tf.json"

# What Terraform's backends say of a store that is not there. Whatever else they say (no credentials, no network, no permission) must not
# be taken for it. Azure knows an account that is not there only by its missing name; a token was had by then, so there is a network.
_ABSENT = re.compile(
    r'S3 bucket "[^"]+" does not exist'
    r"|ContainerNotFound|ResourceGroupNotFound|ResourceNotFound"
    r"|lookup \S+\.blob\.core\.\S+ .*no such host"
    r"|(?:specified )?bucket (?:doesn't|does not) exist"
)


@dataclass(frozen=True)
class State:
    """One version of a stack's state."""

    lineage: str
    serial: int
    entries: Sequence[Mapping[str, object]]
    text: str

    @classmethod
    def read(cls, text: str) -> "State | None":
        """From Terraform's JSON; None where there has never been a state."""
        data = json.loads(text or "{}")
        if not data.get("lineage"):
            return None
        return cls(data["lineage"], data["serial"], data["resources"], text)

    @property
    def resources(self) -> list[str]:
        """What it says exists."""
        return [f"{entry['type']}.{entry['name']}" for entry in self.entries if entry["mode"] == "managed" and entry["instances"]]

    def holds_the_same_as(self, other: "State") -> bool:
        """Whether both say the same of the same resources. An empty store gives what it receives a lineage and serial of its own."""
        return self.entries == other.entries

    def is_older_than(self, other: "State") -> bool:
        """Whether ``other`` is a later version of this same state."""
        return self.lineage == other.lineage and self.serial < other.serial


@dataclass(frozen=True)
class StackState:
    """The state of the stack ``name``, which has been synthesized."""

    tools: Tools
    name: str

    @property
    def folder(self) -> Path:
        """The stack's Terraform configuration."""
        return self.tools.project / OUTPUT / "stacks" / self.name

    @property
    def local_file(self) -> Path:
        """The local state file."""
        return self.tools.project / LOCAL / f"{self.name}.tfstate"

    def local(self) -> State | None:
        """The state in the local file, if there is one."""
        return State.read(self.local_file.read_text()) if self.local_file.exists() else None

    def write_local(self, state: State) -> None:
        """Put ``state`` in the local file, whole or not at all."""
        self.local_file.parent.mkdir(mode=0o700, exist_ok=True)
        draft = self.local_file.with_suffix(".draft")
        draft.write_text(state.text)
        draft.replace(self.local_file)

    def use_local(self) -> None:
        """Let Terraform, and so cdktf, keep this stack's state in the local file."""
        # Terraform merges *_override.tf.json over the synthesized file: https://developer.hashicorp.com/terraform/language/files/override
        self.local_file.parent.mkdir(mode=0o700, exist_ok=True)
        path = os.path.relpath(self.local_file, self.folder)
        (self.folder / _OVERRIDE).write_text(json.dumps({"terraform": {"backend": {"local": {"path": path}}}}))
        done = self._init()
        if done.code != 0:
            raise Stop(f"Terraform cannot be initialized for {self.name}: {done.reason}")

    def adopt(self, adopted: Mapping[str, str], known: State | None) -> None:
        """Take what exists already, ids by address, into the state in use; not what ``known`` holds."""
        for address, identifier in adopted.items():
            if known is not None and address in known.resources:
                continue
            done = self.tools.terraform(self.folder, "import", "-input=false", address, identifier)
            if done.code != 0:
                raise Stop(f"{address} cannot be adopted as {identifier!r}. Terraform says: {done.reason}")

    def forget_local(self) -> None:
        """Take the override and Terraform's memory of it away; the next ``cdktf`` command uses the store."""
        (self.folder / _OVERRIDE).unlink(missing_ok=True)
        (self.folder / ".terraform" / "terraform.tfstate").unlink(missing_ok=True)

    def delete_local(self) -> None:
        """Delete the local file and what Terraform keeps beside it."""
        for path in (self.local_file, self.local_file.with_name(f"{self.local_file.name}.backup")):
            path.unlink(missing_ok=True)
        if self.local_file.parent.exists() and not any(self.local_file.parent.iterdir()):
            self.local_file.parent.rmdir()

    def use_store(self) -> bool:
        """Let Terraform use the store; False where there is no store. Raises Stop where that cannot be found out."""
        self.forget_local()
        done = self._init()
        if done.code == 0:
            return True
        if _ABSENT.search(" ".join(done.output.split())):
            return False
        raise Stop(
            f"The state store of {self.name} cannot be reached, so nothing was done. Check credentials, permissions and network"
            f" (README.md), then run the same command again. Terraform says: {done.reason}"
        )

    def stored(self) -> State | None:
        """The state in the store, which ``use_store`` found."""
        done = self.tools.terraform(self.folder, "state", "pull")
        if done.code != 0:
            raise Stop(f"The state of {self.name} cannot be read from its store. Terraform says: {done.reason}")
        return State.read(done.printed)

    def push(self) -> None:
        """Copy the local file into the store. Terraform refuses one of another lineage, or older than what is there."""
        done = self.tools.terraform(self.folder, "state", "push", str(self.local_file))
        if done.code != 0:
            raise Stop(f"The state of {self.name} cannot be written to its store. Terraform says: {done.reason}")

    def _init(self) -> Outcome:
        return self.tools.terraform(self.folder, "init", "-input=false", "-reconfigure")
