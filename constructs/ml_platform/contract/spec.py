"""The base of everything an environment file may say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError


@dataclass(frozen=True)
class Contradiction:
    """Two values of one literal that cannot both be right.

    ``field`` is the path, below the literal, of the value to change; ``problem``, ``allowed`` and
    ``change`` are the three sentences a person reads.
    """

    field: tuple[str | int, ...]
    value: object
    problem: str
    allowed: str
    change: str


class Spec(BaseModel):
    """A frozen, strict literal: no conversion of types, no unknown field, no change after creation.

    Each field carries its docstring as description, which editors show on hover and which error messages quote.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)

    @classmethod
    def contradictions(cls, values: Mapping[str, object]) -> Iterator[Contradiction]:  # noqa: ARG003 (subclasses read it)
        """Checks between fields.

        ``values`` holds only those fields that are right by themselves, so that one mistake does not hide another.
        """
        yield from ()

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        found = list(type(self).contradictions({name: getattr(self, name) for name in type(self).model_fields}))
        if found:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [InitErrorDetails(type=custom_error(c), loc=c.field, input=c.value) for c in found],
            )
        return self


def custom_error(found: Contradiction, kind: Literal["contradiction", "wrong"] = "contradiction") -> PydanticCustomError:
    """The same three sentences as a pydantic error, so that plain Python construction reports them too."""
    return PydanticCustomError(
        kind,
        "{problem} Allowed: {allowed} {change}",
        {"problem": found.problem, "allowed": found.allowed, "change": found.change},
    )


def wrong(problem: str, allowed: str, change: str) -> PydanticCustomError:
    """An error of one field, raised from its validator: the same three sentences."""
    return custom_error(Contradiction((), None, problem, allowed, change), "wrong")
