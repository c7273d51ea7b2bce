"""Corrections of a key after an exam: a list of questions, each with what is to change for everybody.

```yaml
corrections:
  - question: ch06-pae-guest        # its id; `forms: [A]` would limit it to some forms
    accept: ["24", "25"]            # right as well as what the key says; stated as in `vlearn.exams.scoring.rekey`
    because: The prompt left out whether the guest's own entries count.
  - {question: ch06-move-a-frame, key: [text of one option, text of another]}   # right instead
  - {question: ch06-match-error-codes, drop: true}                              # counts neither way
  - {question: ch06-loop-larger-than-tlb, full_points: true}                    # everybody has all its points
```
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from vlearn.errors import ResponseError, did_you_mean
from vlearn.exams.checked_file import read_checked
from vlearn.exams.scoring.key_file import Key
from vlearn.exams.scoring.rekey import Stated, rekeyed
from vlearn.questions.faults import Complain, Where
from vlearn.questions.model import Question


class Correction(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes for one question; exactly one of key or accept, drop and full_points."""

    question: str
    forms: tuple[str, ...] = ()
    key: Stated | None = None
    accept: tuple[Stated, ...] = ()
    drop: bool = False
    full_points: bool = False
    because: Annotated[str, Meta(description="What students are told of it.")] = ""


class _File(Struct, forbid_unknown_fields=True):
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A correction of one question of one form: a response earns the most that any of `alternatives` gives it."""

    alternatives: tuple[Question, ...]
    drop: bool
    full_points: bool
    because: str


Amendments: TypeAlias = Mapping[tuple[str, str], Amendment]
"""By the name of a form and the id of a question."""


def load_corrections(path: Path, key: Key) -> Amendments:
    """Read a file of corrections. Raises ResponseError with every fault in it: file, line and what would be right."""
    amendments: dict[tuple[str, str], Amendment] = {}

    def amend(file: _File, complain: Complain) -> None:
        for n, correction in enumerate(file.corrections):
            for form in _forms(correction, key, ("corrections", n), complain):
                if (form, correction.question) in amendments:
                    told = f"{correction.question!r} is corrected twice for form {form}; make it one correction"
                    complain(("corrections", n), told)
                elif made := _amendment(correction, form, key, ("corrections", n), complain):
                    amendments[form, correction.question] = made

    mapping = "corrections are a mapping with one name, `corrections`, a list"
    read_checked(path, _File, "the corrections", mapping, amend, ResponseError)
    return amendments


def _forms(correction: Correction, key: Key, at: Where, complain: Complain) -> tuple[str, ...]:
    """The forms that it concerns; none if the correction is malformed."""
    ids = [question.id for question in next(iter(key.forms.values()))]
    if correction.question not in ids:
        near = did_you_mean(correction.question, ids)
        complain((*at, "question"), f"the exam has no question {correction.question!r}{near}")
        return ()
    if unknown := [form for form in correction.forms if form not in key.forms]:
        complain((*at, "forms"), f"the exam has no form {unknown[0]!r}; its forms are {', '.join(key.forms)}")
        return ()
    keyed = correction.key is not None or bool(correction.accept)
    if [keyed, correction.drop, correction.full_points].count(True) != 1:
        complain(at, "a correction has `key` or `accept` or both, or else `drop: true` or `full_points: true`")
        return ()
    return correction.forms or tuple(key.forms)


def _amendment(correction: Correction, form: str, key: Key, at: Where, complain: Complain) -> Amendment | None:
    question = next(question for question in key.forms[form] if question.id == correction.question)
    stated: dict[Where, Stated] = {("accept", n): accepted for n, accepted in enumerate(correction.accept)}
    if correction.key is not None:
        stated = {("key",): correction.key, **stated}
    alternatives = [] if correction.key is not None else [question]
    for where, answer in stated.items():
        try:
            alternatives.append(rekeyed(question, answer))
        except ResponseError as error:
            complain((*at, *where), f"form {form}: {error}; `forms` limits a correction to some forms")
            return None
    return Amendment(tuple(alternatives), correction.drop, correction.full_points, correction.because)
