"""Reads one environment file as data: the file is parsed, never run.

An environment file is imports from ``ml_platform.contract`` and one literal. Reading it from its syntax tree instead of importing it
keeps that promise for every file, lets all its mistakes be reported together, each with its line, and needs no cdktf.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ml_platform import contract
from ml_platform.contract.environment import Environment
from ml_platform.contract.spec import Spec
from ml_platform.discovery.mistake import Mistake, shown
from ml_platform.discovery.wording import worded

VARIABLE = "ENVIRONMENT"

_ONLY = (
    "imports from ml_platform.contract, and one literal `ENVIRONMENT = ...` of its classes, strings, numbers, True, False, None and tuples."
)

_PLAIN = {name: thing for name in contract.__all__ if isinstance(thing := getattr(contract, name), type) and issubclass(thing, Spec)}

_STATEMENTS = {
    ast.For: "a loop",
    ast.While: "a loop",
    ast.If: "an if",
    ast.FunctionDef: "a function",
    ast.ClassDef: "a class",
    ast.Import: "an import of something else",
    ast.ImportFrom: "an import of something else",
    ast.Try: "a try",
    ast.With: "a with",
}


@dataclass(frozen=True)
class _Broken:
    """Stands where a part of the literal is wrong, its mistakes already noted."""


@dataclass
class Draft:
    """What could be read of one file: the environment where all is right, the values that are right by themselves, and the mistakes."""

    file: str
    environment: Environment | None = None
    values: dict[str, object] = field(default_factory=dict)
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def refuse(self, path: tuple[str | int, ...], received: str, problem: str, allowed: str, change: str, line: int | None = None) -> None:
        """Note a mistake, at the line of the nearest enclosing field."""
        if line is None:
            near = path
            while near and near not in self.lines:
                near = near[:-1]
            line = self.lines.get(near, 0)
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        self.mistakes.append(Mistake(self.file, line, name, received, problem, allowed, change))


def read(path: Path, shown_as: str) -> Draft:
    """Read one environment file. Never raises for what the file says: its mistakes are in the result."""
    draft = Draft(shown_as)
    try:
        tree = ast.parse(path.read_bytes(), filename=shown_as)
    except OSError as error:
        draft.refuse((), "", f"This file cannot be read: {error.strerror}.", "", "Mend the file or remove it.")
        return draft
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        reason = getattr(error, "msg", None) or str(error)
        draft.refuse((), "", f"This is not Python: {reason}.", "", "Correct the line.", line)
        return draft
    except RecursionError:
        draft.refuse((), "", "This is nested too deeply to be read.", _ONLY, "Write the one literal.", 1)
        return draft
    classes: dict[str, type[Spec]] = {}
    literals: list[ast.expr] = []
    for position, statement in enumerate(tree.body):
        match statement:
            case ast.Expr(value=ast.Constant(value=str())) if position == 0:
                continue
            case ast.ImportFrom(module="ml_platform.contract", level=0, names=names):
                _import(draft, statement.lineno, names, classes)
            case (
                ast.Assign(targets=[ast.Name(id="ENVIRONMENT")], value=value)
                | ast.AnnAssign(target=ast.Name(id="ENVIRONMENT"), value=ast.expr() as value)
            ):
                literals.append(value)
            case _:
                what = _STATEMENTS.get(type(statement), f"`{ast.unparse(statement).splitlines()[0][:60]}`")
                draft.refuse((), "", f"An environment file is data, and this is {what}.", _ONLY, "Remove it.", statement.lineno)
    if len(literals) == 1:
        _literal(draft, literals[0], classes)
    else:
        count = f"{len(literals)} literals" if literals else "no literal"
        line = literals[1].lineno if literals else 0
        draft.refuse((), "", f"There is {count} `{VARIABLE} = ...`.", "exactly one.", "Copy one from another environment's file.", line)
    return draft


def _import(draft: Draft, line: int, names: list[ast.alias], classes: dict[str, type[Spec]]) -> None:
    for alias in names:
        if alias.name in _PLAIN:
            classes[alias.asname or alias.name] = _PLAIN[alias.name]
        elif alias.name not in contract.__all__:
            draft.refuse(
                (), "", f"ml_platform.contract has no {alias.name!r}.", f"{', '.join(contract.__all__)}.", "Correct the name.", line
            )


def _literal(draft: Draft, node: ast.expr, classes: dict[str, type[Spec]]) -> None:
    value = _evaluate(draft, node, (), classes)
    if isinstance(value, Environment):
        if not draft.mistakes:
            draft.environment = value
    elif not isinstance(value, _Broken):
        kinds = ", ".join(kind.__name__ for kind in Environment.__args__)
        draft.refuse((), "", f"`{VARIABLE}` is {shown(value)}.", f"one of {kinds}.", "Write one of them.", node.lineno)


def _evaluate(draft: Draft, node: ast.expr, path: tuple[str | int, ...], classes: dict[str, type[Spec]]) -> object:
    draft.lines[path] = node.lineno
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)) if not isinstance(number, bool):
            return -number
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            values = [_evaluate(draft, element, (*path, index), classes) for index, element in enumerate(elements)]
            if any(isinstance(value, _Broken) for value in values):
                return _Broken()
            return tuple(values) if isinstance(node, ast.Tuple) else values
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords) if name in classes and all(k.arg for k in keywords):
            given: dict[str, object] = {}
            for keyword in keywords:
                key = str(keyword.arg)
                entry = _evaluate(draft, keyword.value, (*path, key), classes)
                if key in given:
                    draft.refuse((*path, key), shown(entry), "is the second value of one field.", "one value.", "Remove one of the two.")
                    entry = _Broken()
                given[key] = entry
            return _construct(draft, classes[name], given, path)
    problem = "is not a plain value"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        problem = (
            f"gives {name} a value without its name"
            if name in classes
            else f"uses {name!r}, which is not imported from ml_platform.contract"
        )
    draft.refuse(path, f"`{ast.unparse(node)[:60]}`", f"{problem}.", _ONLY, "Write the value itself.", node.lineno)
    return _Broken()


def _construct(draft: Draft, kind: type[Spec], given: Mapping[str, object], path: tuple[str | int, ...]) -> object:
    right = {name: value for name, value in given.items() if not isinstance(value, _Broken)}
    if kind in Environment.__args__ and not path:
        draft.values = dict(right)
    try:
        whole = kind(**right)
    except ValidationError as error:
        errors = [found for found in error.errors(include_url=False) if not _explained(found, given, right)]
        for found in errors:
            draft.refuse((*path, *found["loc"]), *worded(kind, found))
        if any(found["type"] != "contradiction" for found in error.errors(include_url=False)):
            # pydantic compares fields only when each is right by itself: compare those that are.
            wrong = {found["loc"][0] for found in errors if found["loc"]}
            for clash in kind.contradictions({name: value for name, value in right.items() if name not in wrong}):
                draft.refuse((*path, *clash.field), shown(clash.value), clash.problem, clash.allowed, clash.change)
        return _Broken()
    return whole if len(right) == len(given) else _Broken()


def _explained(found: ErrorDetails, given: Mapping[str, object], right: Mapping[str, object]) -> bool:
    """Whether pydantic misses a field only because its value was refused, and noted, before."""
    return found["type"] == "missing" and found["loc"][0] in given and found["loc"][0] not in right
