"""Puts what pydantic found into the words of an environment file."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import get_args

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ml_platform.contract.spec import Spec
from ml_platform.discovery.mistake import shown

_TYPES = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "tuple_type": "a tuple in parentheses, like (1, 2)",
    "bool_type": "True or False",
    "none_required": "None",
}


def worded(kind: type[Spec], found: ErrorDetails) -> tuple[str, str, str, str]:
    """What was received, what is wrong with it, what is allowed and what to change, for one error of ``kind``."""
    name = str(found["loc"][0]) if found["loc"] else ""
    about = kind.model_fields.get(name)
    received = shown(found["input"])
    context = found.get("ctx", {})
    match found["type"]:
        case "missing":
            return "", "is missing.", _allowed(about), f"Add {name}={_example(about)} to {kind.__name__}."
        case "extra_forbidden":
            known = list(kind.model_fields)
            near = get_close_matches(name, known, n=1)
            change = f"Did you mean {near[0]!r}?" if near else "Remove it."
            return received, f"is no field of {kind.__name__}.", f"{', '.join(known)}.", change
        case "contradiction" | "wrong":
            return received, str(context["problem"]), str(context["allowed"]), str(context["change"])
        case "literal_error":
            return received, "is not one of the choices.", f"{context['expected']}.", "Choose one of them."
        case "string_pattern_mismatch" | "string_too_short" | "string_too_long":
            return received, "does not have the right form.", _allowed(about), _like(about)
        case "greater_than_equal" | "less_than_equal":
            limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            return received, f"is out of range: it has to be {limit}.", _allowed(about), "Choose a number in the range."
        case "too_short" | "too_long":
            limit = f"at least {context['min_length']}" if "min_length" in context else f"at most {context['max_length']}"
            return received, f"has {context['actual_length']} entries: it has to have {limit}.", _allowed(about), "Add or remove entries."
        case "model_type":
            expected = " or ".join(model.__name__ for model in _models(about)) or str(context.get("class_name", "a class"))
            return received, f"is not {expected}(...).", _allowed(about), f"Write {expected}(...)."
        case type_error if type_error in _TYPES:
            return received, f"has the wrong type: it has to be {_TYPES[type_error]}.", _allowed(about), _like(about)
        case _:
            return received, f"{found['msg']}.", _allowed(about), _like(about)


def _allowed(about: FieldInfo | None) -> str:
    return " ".join((about.description or "").split()) if about else ""


def _example(about: FieldInfo | None) -> str:
    if about is None:
        return "..."
    if about.examples:
        return repr(about.examples[0])
    models = _models(about)
    if models:
        return f"{models[0].__name__}(...)"
    choices = get_args(about.annotation)
    return repr(choices[0]) if choices and isinstance(choices[0], str | int) else "..."


def _like(about: FieldInfo | None) -> str:
    example = _example(about)
    return f"Write it like {example}." if example != "..." else "Correct the value."


def _models(about: FieldInfo | None) -> list[type[Spec]]:
    def walk(annotation: object) -> Iterator[type[Spec]]:
        if isinstance(annotation, type) and issubclass(annotation, Spec):
            yield annotation
        for inner in get_args(annotation):
            yield from walk(inner)

    return list(walk(about.annotation)) if about else []
