"""A new question to begin with: a sound one of its kind, whose words are still to be written.

What is to be written stands between ‹ and ›, and the comments say what the linter will look for; the linter itself
reports what still stands between them.
"""

import re
from pathlib import Path

from vlearn.course import Objective, chapter, chapter_of, objective
from vlearn.errors import BankError, did_you_mean
from vlearn.questions.bank import question_files, read_drafts
from vlearn.questions.model import KINDS

_OPTIONS = """
{name}:  # alike in length, grammar and detail; no "all of the above", no letters of other options
  - text: ‹The right {one}›
    correct: true
    feedback: ‹Why it is right›
  - text: ‹A wrong {one}, a mistake that somebody makes›
    feedback: ‹The misconception behind it›
  - text: ‹Another wrong {one}, as long as the right one›
    feedback: ‹The misconception behind this one›
"""

_ANSWERS = {
    "single-choice": _OPTIONS.format(name="options", one="option"),
    "multiple-choice": "# Mark every right option `correct: true`." + _OPTIONS.format(name="options", one="option"),
    "true-false": "truth: false  # of the statement in the prompt" + _OPTIONS.format(name="reasons", one="reason"),
    "numeric": """
value: 0  # such as 24, 0.5 or 1/3; 0x1F000 asks for hexadecimal, and then needs no unit
tolerance: 0  # how far an answer may be from the value
unit: ‹unit›  # if only what is counted, such as references
""",
    "short-text": """
accepted:  # the key prints the first; letter case and spaces do not count
  - ‹The word or phrase›
  - ‹Another spelling of it›
""",
    "matching": """
pairs:  # one right side may stand in several pairs
  - {left: ‹One left side›, right: ‹Its right side›}
  - {left: ‹Another left side›, right: ‹The right side of that one›}
distractors: [‹A right side that belongs to none›]
""",
    "ordering": """
items:  # in the right order, of which there must be only one; papers shuffle them
  - ‹The first›
  - ‹The second›
  - ‹The third›
""",
    "cloze": """
text: ‹A text with› [[1]] ‹and› [[2]].
gaps:
  - accepted: [‹What stands in the first gap›, ‹Another spelling of it›]
  - accepted: [‹What stands in the second gap›]  # with `choices`, the gap is a drop-down
    choices: [‹What stands in the second gap›, ‹What somebody would put there›]
""",
    "classification": """
categories:  # each item belongs to one category beyond doubt
  ‹One category›:
    - ‹An item in it›
    - ‹Another item in it›
  ‹Another category›:
    - ‹An item in that one›
""",
    "essay": """
rubric:  # what an answer must contain; the shares add up to one
  - {text: ‹The first thing it must say›, share: 1/2}
  - {text: ‹The second thing it must say›, share: 1/2}
lines: 8  # its space on paper
""",
    "trace": """
header: [step, ‹What is traced›]
rows:  # the whole run, with the right values in every cell
  - [1, ‹The value at first›]
  - [2, ‹The value then›]
blanks: {‹What is traced›: [2]}  # rows to be filled in, by column
""",
    "code": """
starter: |
  def answer(number):
      ...
reference: |  # must pass every case; the linter runs it
  def answer(number):
      return number
cases:
  - {call: answer(1), expected: 1}
lines: 8  # its space on paper
""",
}

_QUESTION = """\
# yaml-language-server: $schema=../questions.schema.json
# Write what stands between ‹ and ›; `vlearn bank lint` names what is left, `vlearn bank preview` shows the question.
questions:
  - id: {id}  # a lasting name: change it now, never later
    # {objective.text}
    objective: {objective.id}
    kind: {kind}
    points: 2
    minutes: 3  # about one and a half for each point
    difficulty: 3  # from 1 (everybody knows) to 5 (few do)
    bloom: understand  # remember, understand, apply, analyze, evaluate or create
    # enemies: [ids of questions that give this one away; each of them names this one in return]
    # needs: [ids of questions whose answers this one builds on; it stands right after them]
    source: ‹Where its facts come from, such as a section of a manual›
    prompt: ‹A whole question, which can be answered without reading the options›?
{answer}
    solution: ‹How one gets to the answer, step by step›
"""


def new_question(folder: Path, objective_id: str, kind: str, id: str = "") -> Path:
    """Write a new question into a file of its own in the folder of its chapter, and return that file.

    `id` is `chNN-new-KIND`, with a number if need be, unless one is given; the file is called after it. Nothing is ever
    overwritten. Raises CourseError or BankError, with what would be right.
    """
    aim = objective(objective_id)
    if kind not in KINDS:
        raise BankError(f"there is no kind {kind!r}{did_you_mean(kind, KINDS)}; the kinds are {', '.join(KINDS)}")
    if not folder.is_dir():
        raise BankError(f"the question bank {folder} is not a folder")
    home = chapter(chapter_of(aim.id))
    drafts, _ = read_drafts(folder, question_files(folder), tries=False)
    taken = {draft.id: f"{draft.path}:{draft.line}" for draft in drafts}
    if id and not re.fullmatch(rf"{home.id}(-[a-z0-9]+)+", id):
        raise BankError(f"the id {id!r} must be {home.id}- and words of a-z and 0-9 joined by hyphens")
    if id in taken:
        raise BankError(f"the id {id!r} is taken by {taken[id]}; give another")
    path = folder / home.stem
    if id:
        return _written(path / _file_name(id), skeleton(id, aim, kind))
    n = 1
    while (fresh := f"{home.id}-new-{kind}" + f"-{n}" * (n > 1)) in taken or (path / _file_name(fresh)).exists():
        n += 1
    return _written(path / _file_name(fresh), skeleton(fresh, aim, kind))


def skeleton(id: str, objective: Objective, kind: str) -> str:
    """The question file."""
    answer = "\n".join(f"    {line}" for line in _ANSWERS[kind].strip().splitlines())
    return _QUESTION.format(id=id, objective=objective, kind=kind, answer=answer)


def _file_name(id: str) -> str:
    return f"{id.partition('-')[2]}.yaml"


def _written(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BankError(f"there is a file {path} already, and nothing is overwritten; give another id") from None
    except OSError as error:
        raise BankError(f"{path} cannot be written: {error.strerror}") from error
    return path
