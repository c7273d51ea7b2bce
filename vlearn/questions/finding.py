"""Something about a question, or about the bank, that should be better."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`id` is the question's, or the objective's or chapter's that is not well covered; `rule` names the rule."""

    path: Path
    line: int
    id: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.id}: {self.message} [{self.rule}]"
