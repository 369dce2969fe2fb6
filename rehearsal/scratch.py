"""A throw-away copy of the project, in which the product's own commands run with nothing of the user's accounts."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ml_platform.operations.tools import find_tools
from rehearsal import processes

COPIED = ("cdktf.json", "main.py", "environments", "charts")
"""All that synthesis reads, beside the installed package."""

LONGEST_SECONDS = 900.0
"""How long one command may take. An emulator that answers wrongly lets providers wait for hours."""

# Whatever says which account, which state or which options, and what would reach a real cloud.
_SCRUBBED = ("AWS_", "ARM_", "AZURE_", "GOOGLE_", "CLOUDSDK_", "CDKTF_", "MOTO_", "KUBE", "HELM_", "TF_", "ENVIRONMENTS")
_KEPT = ("TF_CLI_CONFIG_FILE", "TF_TOKEN_", "TF_PLUGIN_CACHE_DIR", "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE")


@dataclass(frozen=True)
class Outcome:
    """What a command returned and wrote, and how long it took."""

    command: tuple[str, ...]
    code: int
    output: str
    seconds: float


@dataclass
class Scratch:
    """The copy and the environment variables that commands in it get."""

    folder: Path
    environment: dict[str, str]
    _logs: int = field(default=0)

    @property
    def project(self) -> Path:
        """The copy of the project."""
        return self.folder / "project"

    def start(self, *command: str) -> "Running":
        """Start ``command`` in the copy, in a process group of its own, so that Ctrl-C reaches it only through ``end``."""
        self._logs += 1
        log = self.folder / f"log-{self._logs}"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=self.project,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Running(command, process, log, time.perf_counter())

    def run(self, *command: str) -> Outcome:
        """Run ``command`` in the copy to its end."""
        return self.start(*command).wait()

    def end_processes(self) -> None:
        """Kill all that runs in the copy, at once."""
        processes.end_all(_mark(self.folder))


@dataclass(frozen=True)
class Running:
    """A command that has been started."""

    command: tuple[str, ...]
    process: "subprocess.Popen[bytes]"
    log: Path
    started: float

    def output(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(errors="replace")

    def wait(self, timeout_seconds: float = LONGEST_SECONDS) -> Outcome:
        """Wait for its end. Raises subprocess.TimeoutExpired where that takes too long; the command then still runs."""
        code = self.process.wait(timeout_seconds)
        return Outcome(self.command, code, self.output(), time.perf_counter() - self.started)


@contextmanager
def scratch(project: Path, variables: Mapping[str, str]) -> Iterator[Scratch]:
    """A copy of ``project``, whose commands get the user's environment without accounts and with ``variables``.

    At the end, however it comes, every process in it is dead and every file of it gone. Raises Stop where Terraform, Node.js or the
    cdktf CLI is missing.
    """
    path = find_tools(project, environments="").environment["PATH"]
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-")).resolve()
    try:
        (folder / "tmp").mkdir()
        (folder / "plugins").mkdir()
        _copy(project, folder / "project")
        yield Scratch(folder, {**_surroundings(folder), "PATH": path, **variables})
    finally:
        processes.end_all(_mark(folder))
        shutil.rmtree(folder)


def _copy(project: Path, copy: Path) -> None:
    copy.mkdir()
    for name in COPIED:
        source = project / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, copy / name)


def _mark(folder: Path) -> str:
    # Every child inherits it, and their temporary files land where they are deleted.
    return f"TMPDIR={folder / 'tmp'}"


def _surroundings(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_SCRUBBED) or key.startswith(_KEPT)}
    once = {"TF_PLUGIN_CACHE_DIR": str(folder / "plugins"), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true"}
    return {
        # Each plugin is downloaded once, not once a stack; the user's own cache is used where there is one.
        **({} if "TF_PLUGIN_CACHE_DIR" in kept else once),
        **kept,
        "TMPDIR": str(folder / "tmp"),
        "CDKTF_HOME": str(folder / "cdktf-home"),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "NO_COLOR": "1",
    }
