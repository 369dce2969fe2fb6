"""What the project says of itself is true: help, README, pins, versions."""

import json
import re
import subprocess
import tomllib

import pytest

from ml_platform.versions import PROVIDERS
from tests.support.configuration import Configuration
from tests.support.synthesis import ROOT


def _targets() -> set[str]:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return set(phony[1].split())


def _named(text: str) -> set[str]:
    return set(re.findall(r"\bmake ([a-z]+)", text))


def test_help_names_every_command_and_no_other() -> None:
    text = (ROOT / "help").read_text()
    assert _named(text) | {"commands"} == _targets()
    for folder in re.findall(r"\b(environments|tests/[a-z]+)/", text):
        assert (ROOT / folder).is_dir()


def test_every_command_the_documents_name_exists() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert len(documents) > 3
    for document in documents:
        code = "\n".join(re.findall(r"`+[^`]*`+", document.read_text()))
        assert _named(code) <= _targets(), document


def test_every_path_the_documents_name_exists() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_python_package_is_pinned_and_locked_with_hashes() -> None:
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())
    lock = json.loads((ROOT / "Pipfile.lock").read_text())
    for section, locked in (("packages", "default"), ("dev-packages", "develop")):
        for name, wanted in pipfile[section].items():
            version = wanted if isinstance(wanted, str) else wanted.get("version", "")
            assert version.startswith("==") or name == "ml-platform", name
        for name, pin in lock[locked].items():
            assert pin.get("hashes") or name == "ml-platform", name


def test_every_npm_package_is_locked_with_a_hash_and_the_cli_matches_the_library() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(package.get("integrity") for path, package in lock.items() if path and not package.get("inBundle"))
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())["packages"]
    assert f"=={lock['node_modules/cdktf-cli']['version']}" == pipfile["cdktf"]


def test_every_dependency_is_explained_once() -> None:
    table = (ROOT / "docs" / "dependencies.md").read_text()
    pipfile = tomllib.loads((ROOT / "Pipfile").read_text())
    explained = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    direct = {*pipfile["packages"], *pipfile["dev-packages"], "cdktf-cli", "pipenv", "setuptools"} - {"ml-platform"}
    assert sorted(explained) == sorted(direct)


def test_the_versions_file_agrees_with_what_the_bindings_pin(configurations: dict[str, Configuration]) -> None:
    pinned = {
        name: pin["version"] for stack in configurations.values() for name, pin in stack.document["terraform"]["required_providers"].items()
    }
    assert pinned.items() <= PROVIDERS.items()
    assert {"aws", "azurerm", "google"} <= set(pinned)


def test_no_machine_path_is_written_in_the_project() -> None:
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = listing.stdout.splitlines()
    assert len(files) > 100
    home = re.compile(r"/(root|home/\w+|Users/\w+|work)/")
    assert not [file for file in files if (ROOT / file).is_file() and home.search((ROOT / file).read_text(errors="ignore"))]


@pytest.mark.parametrize(
    "name", ["cdktf.json", "main.py", "Pipfile", "Pipfile.lock", "help", "README.md", "pyproject.toml", "LICENSE", ".ci/run"]
)
def test_what_a_newcomer_expects_is_at_the_top(name: str) -> None:
    assert (ROOT / name).is_file()
