"""Whatever is written into an environment file, it either becomes stacks or is told clearly."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ml_platform.contract import Environment
from ml_platform.discovery.discover import discover
from ml_platform.discovery.mistake import WrongEnvironments
from tests.support.synthesis import ROOT, synthesize

_VALUES: list[str | bytes | int | float | tuple[str, ...] | None] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    (),
    ("1",),
    b"x",
    "",
    " ",
    "${aws_vpc.network.id}",
    "$${var.x}",
    "%{ if true }",
    "TfToken[TOKEN.0]",
    "${TfToken[TOKEN.1]}",
    "ümläut",
    "\u202egpj.exe",
    "a\nb",
    "\x00",
    "x" * 5000,
    "eu-centraI-1",
    "EU-CENTRAL-1",
    "eu-central-1\u200b",
    "10.17.0.0/16",
    "10.17.64.0/20",
    "0.0.0.0/0",
    "../../etc/passwd",
    "'; DROP TABLE",
]


@dataclass(frozen=True)
class Mutation:
    """One change to one file: where, what, and the file's new text."""

    file: str
    field: str
    what: str
    text: str


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def mutations(file: Path) -> Iterator[Mutation]:
    """Every field of ``file`` removed, misspelt, doubled and given every wrong value; every zone replaced."""
    tree = ast.parse(file.read_text())
    for at, call in enumerate(_calls(tree)):
        for number, keyword in enumerate(call.keywords):
            name = str(keyword.arg)

            def changed(what: str, edit: object, at: int = at, name: str = name) -> Mutation:
                mutant = copy.deepcopy(tree)
                edit(list(_calls(mutant))[at])  # type: ignore[operator]
                return Mutation(file.name, name, what, ast.unparse(mutant))

            def remove(c: ast.Call, number: int = number) -> None:
                del c.keywords[number]

            def misspell(c: ast.Call, number: int = number) -> None:
                c.keywords[number].arg = f"{c.keywords[number].arg}x"

            def double(c: ast.Call, number: int = number) -> None:
                c.keywords.append(copy.deepcopy(c.keywords[number]))

            yield changed("removed", remove)
            yield changed("misspelt", misspell)
            yield changed("doubled", double)
            for value in _VALUES:

                def put(c: ast.Call, number: int = number, value: str | bytes | int | float | tuple[str, ...] | None = value) -> None:
                    c.keywords[number].value = (
                        ast.Constant(value) if not isinstance(value, tuple) else ast.parse(repr(value), mode="eval").body
                    )

                yield changed(repr(value)[:40], put)


def test_every_mutation_is_told_clearly_or_becomes_stacks(tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    neighbour = folder / "aws_prod.py"
    neighbour.write_bytes((ROOT / "environments" / "aws_prod.py").read_bytes())
    found = [mutation for cloud in ("aws", "azure", "gcp") for mutation in mutations(ROOT / "environments" / f"{cloud}_dev.py")]
    accepted: list[Environment] = []
    refused = 0
    for mutation in found:
        path = folder / mutation.file
        path.write_text(mutation.text)
        try:
            environments = discover(folder)
        except WrongEnvironments as error:
            _assert_clear(str(error), mutation)
            refused += 1
        else:
            accepted.append(next(e for e in environments if e.name == path.stem.replace("_", "-")))
        path.unlink()
    assert len(found) >= 300
    assert refused >= 300, "most of these mutations are wrong"
    assert accepted, "a few of these mutations are right (another network, another label)"
    for number, environment in enumerate(accepted):
        stacks = synthesize([environment], tmp_path / str(number))
        assert set(stacks) == {environment.name, f"{environment.name}-state"}


def _assert_clear(text: str, mutation: Mutation) -> None:
    assert "Nothing was written." in text
    assert f"environments/{mutation.file}" in text, mutation
    assert mutation.field in text, mutation
    assert "Traceback" not in text
    assert "pydantic" not in text, mutation
    assert all(line.isprintable() for line in text.splitlines()), mutation
    assert max(map(len, text.splitlines())) < 400, mutation


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"\x00", b"(" * 300, b"ENVIRONMENT = " + b"-" * 5000 + b"1", b"ENVIRONMENT = 1\n", b"x\n" * 50]
)
def test_a_file_that_is_no_environment_is_told_clearly(environments_folder: Path, content: bytes) -> None:
    (environments_folder / "aws_dev.py").write_bytes(content)
    with pytest.raises(WrongEnvironments, match=r"environments/aws_dev\.py") as refused:
        discover(environments_folder)
    assert "Traceback" not in str(refused.value)
