"""The rules of docs/architecture.md, read from the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_platform import contract
from ml_platform.contract.regions import AWS_REGIONS, AZURE_LOCATIONS, GCP_REGIONS
from tests.support.synthesis import ROOT

PACKAGE = ROOT / "constructs" / "ml_platform"
CLOUDS = ("aws", "azure", "gcp")
BINDINGS = {"aws": "cdktf_cdktf_provider_aws", "azure": "cdktf_cdktf_provider_azurerm", "gcp": "cdktf_cdktf_provider_google"}


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.py"))
    assert found, f"{folder} has no Python file"
    return found


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def _imports(path: Path, *, at_run_time: bool = True) -> Iterator[str]:
    def walk(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield child.module or ""
            elif at_run_time and isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            else:
                yield from walk(child)

    yield from walk(_tree(path))


def _offenders(folder: Path, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in _files(folder)
        for name in _imports(path)
        if any(name == word or name.startswith((f"{word}.", f"{word}_")) for word in forbidden)
    ]


def test_the_source_root_is_no_package() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), "it would shadow the PyPI package `constructs`"


def test_the_contract_imports_no_cdktf_and_nothing_above_it() -> None:
    above = [f"ml_platform.{room}" for room in ("app", "clouds", "discovery", "kubernetes", "label", "operations", "policies", "stacks")]
    assert not _offenders(PACKAGE / "contract", "cdktf", "constructs", "jsii", *above)


def test_reading_environments_needs_no_cdktf() -> None:
    assert not _offenders(PACKAGE / "discovery", "cdktf", "constructs", "jsii", "ml_platform.clouds", "ml_platform.stacks")


@pytest.mark.parametrize("cloud", CLOUDS)
def test_clouds_never_import_each_other_nor_what_stands_above_them(cloud: str) -> None:
    others = [other for other in CLOUDS if other != cloud]
    foreign = [f"ml_platform.clouds.{other}" for other in others] + [BINDINGS[other] for other in others]
    assert not _offenders(
        PACKAGE / "clouds" / cloud, *foreign, "ml_platform.stacks", "ml_platform.app", "ml_platform.discovery", "ml_platform.operations"
    )


def test_the_product_knows_nothing_of_its_rehearsal_and_tests() -> None:
    assert not _offenders(ROOT / "constructs", "rehearsal", "tests", "benchmarks", "moto", "boto3")


def test_stacks_know_no_cloud() -> None:
    assert not _offenders(PACKAGE / "stacks", "ml_platform.clouds", *BINDINGS.values())


def test_no_binding_is_imported_by_its_all_importing_root() -> None:
    found = [name for path in _files(ROOT / "constructs") for name in _imports(path) if name in BINDINGS.values()]
    assert not found, "import the submodule: from cdktf_cdktf_provider_aws.vpc import Vpc"


def test_the_three_clouds_have_the_same_capability_files() -> None:
    public = {cloud: {path.name for path in (PACKAGE / "clouds" / cloud).glob("[a-z]*.py")} for cloud in CLOUDS}
    assert public["aws"] == public["azure"] == public["gcp"]
    assert "cloud.py" in public["aws"]


def test_one_match_on_the_cloud_in_the_whole_code_base() -> None:
    classes = {"AwsEnvironment", "AzureEnvironment", "GcpEnvironment"}
    asked = []
    for path in _files(ROOT / "constructs"):
        for node in ast.walk(_tree(path)):
            matched = isinstance(node, ast.Match) and classes & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            tested = (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in ("isinstance", "type")
                and classes & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            )
            compared = isinstance(node, ast.Compare) and any(isinstance(n, ast.Constant) and n.value in CLOUDS for n in ast.walk(node))
            if matched or tested or compared:
                asked.append(str(path.relative_to(PACKAGE)))
    assert asked == ["clouds/__init__.py"]


def test_no_region_zone_or_account_is_written_in_a_cloud() -> None:
    literal = AWS_REGIONS | AZURE_LOCATIONS | set(GCP_REGIONS)
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value!r}"
        for path in _files(PACKAGE / "clouds")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if any(word in literal for word in node.value.replace("/", " ").split()) or (node.value.isdigit() and len(node.value) == 12)
    ]
    assert not found


def test_nested_blocks_are_typed_classes() -> None:
    """A dict in place of a struct silently loses its snake_case keys (hashicorp/terraform-cdk#280): maps of tags are the exception."""
    maps = {"tags", "labels", "default_labels", "user_labels", "resource_labels"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {keyword.arg}"
        for path in _files(PACKAGE / "clouds")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg not in maps
        for value in (keyword.value.elts if isinstance(keyword.value, ast.List) else [keyword.value])
        if isinstance(value, ast.Dict)
    ]
    assert not found


@pytest.mark.parametrize("path", sorted((ROOT / "environments").glob("*.py")), ids=lambda path: path.stem)
def test_an_environment_file_is_one_literal(path: Path) -> None:
    allowed = (
        ast.Module,
        ast.ImportFrom,
        ast.alias,
        ast.Assign,
        ast.Name,
        ast.Store,
        ast.Load,
        ast.Call,
        ast.keyword,
        ast.Constant,
        ast.Tuple,
        ast.Expr,
    )
    tree = _tree(path)
    strange = [f"line {getattr(node, 'lineno', '?')}: {type(node).__name__}" for node in ast.walk(tree) if not isinstance(node, allowed)]
    assert not strange
    assert {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} == {"ml_platform.contract"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called <= set(contract.__all__)
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert [ast.unparse(node.targets[0]) for node in assigned] == ["ENVIRONMENT"]


def test_construct_ids_are_kebab_case() -> None:
    wrong = []
    for path in _files(PACKAGE / "clouds"):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call) and len(node.args) >= 2 and ast.unparse(node.args[0]) in ("self", "stack", "scope"):
                identifier = node.args[1]
                text = identifier.value if isinstance(identifier, ast.Constant) else None
                if isinstance(text, str) and not all((part.isalnum() and part.islower()) or part.isdigit() for part in text.split("-")):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {text!r}")
    assert not wrong


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "misc", "manager", "base"])
def test_no_file_is_an_attic(word: str) -> None:
    folders = [ROOT / name for name in ("constructs", "rehearsal", "tests", "benchmarks", "setup")]
    assert not [path for folder in folders for path in _files(folder) if path.stem.strip("_") == word]


def test_every_field_of_an_environment_has_a_text_for_the_editor() -> None:
    silent = [
        f"{name}.{field}"
        for name in contract.__all__
        if isinstance(spec := getattr(contract, name), type) and hasattr(spec, "model_fields")
        for field, about in spec.model_fields.items()
        if not (about.description or "").strip().endswith(".")
    ]
    assert not silent
