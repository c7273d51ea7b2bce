"""What a question bank knows of a question, as the tags of another system: `objective:ch06-walk`, `bloom:apply`."""

import re
from collections.abc import Iterator

from vlearn.questions.model import Numeric, Question
from vlearn.questions.notation import written

_LONGEST = 50  # characters that Moodle keeps of a tag
_SAFE = re.compile(r"[^\[\],\\<>&\"\x00-\x1f\x7f]+")


def tags(question: Question, *, points: bool = False) -> tuple[str, ...]:
    """Objective, kind, Bloom level, difficulty, minutes, unit; points too where the format has no place for them."""
    return tuple(tag for tag in _tags(question, points) if len(tag) <= _LONGEST and _SAFE.fullmatch(tag))


def _tags(question: Question, points: bool) -> Iterator[str]:
    yield f"objective:{question.objective}"
    yield f"kind:{question.kind}"
    yield f"bloom:{question.bloom.value}"
    yield f"difficulty:{question.difficulty}"
    yield f"minutes:{written(question.minutes)}"
    if points:
        yield f"points:{written(question.points)}"
    if isinstance(question.answer, Numeric) and question.answer.unit:
        yield f"unit:{question.answer.unit}"
