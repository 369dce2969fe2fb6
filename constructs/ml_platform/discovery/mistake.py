"""What a person reads when an environment file is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_VALUE = 120


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in one file.

    ``line`` counts from 1; 0 where something is absent from the whole file. ``field`` is empty where the mistake is not one field's.
    """

    file: str
    line: int
    field: str
    received: str
    problem: str
    allowed: str
    change: str

    def __str__(self) -> str:
        where = f"  line {self.line}" if self.line else "  whole file"
        subject = " = ".join(part for part in (self.field, self.received) if part)
        head = f"{where}: {subject}" if subject else where
        lines = [
            head,
            f"    {self.problem}",
            f"    Allowed: {self.allowed}" if self.allowed else "",
            f"    {self.change}" if self.change else "",
        ]
        return "\n".join(line for line in lines if line)


class WrongEnvironments(Exception):
    """One or more environment files are wrong. Its text lists every mistake, file by file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        by_file: dict[str, list[Mistake]] = {}
        for mistake in self.mistakes:
            by_file.setdefault(mistake.file, []).append(mistake)
        count = len(self.mistakes)
        blocks = [f"{file}\n" + "\n".join(map(str, found)) for file, found in by_file.items()]
        head = (
            f"{count} mistake{'s' if count != 1 else ''} in {len(by_file)} file{'s' if len(by_file) != 1 else ''}. Nothing was written.\n\n"
        )
        super().__init__(head + "\n\n".join(blocks))


def shown(value: object) -> str:
    """A value as the file would write it, on one line and not too long."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
