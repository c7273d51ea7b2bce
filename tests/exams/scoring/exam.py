"""An exam of two forms with a question of every kind but code, and tables of what students handed in."""

from fractions import Fraction

from tests.exams.banks import bank, blueprint, entry
from tests.questions.samples import ANSWERS
from vlearn.exams.forms import forms
from vlearn.exams.scoring.key_file import key_of
from vlearn.questions.answer_key import key_response
from vlearn.questions.labels import letter
from vlearn.questions.model import Essay
from vlearn.questions.responses import Marks

KINDS = [kind for kind in ANSWERS if kind != "code"]
KEY = key_of(forms(blueprint(2 * len(KINDS)), bank(*(entry(f"q-{kind}", kind=kind) for kind in KINDS)), 3))


def as_cell(question):
    """The key as a student would write it into a table."""
    response = key_response(question)
    match question.kind:
        case "single-choice":
            return letter(response)
        case "multiple-choice" | "ordering":
            return " ".join(map(letter, response))
        case "true-false":
            return f"{response[0]} {letter(response[1])}"
        case "matching" | "classification":
            return " ".join(f"{n}:{letter(index)}" for n, index in enumerate(response, 1))
        case "cloze" | "trace":
            return " ".join(f"{n}:{text}" for n, text in enumerate(response, 1))
        case "essay":
            return "It says why."
        case _:
            return str(response)


def number(form, id):
    """The number of a question in a form, from 1."""
    return [question.id for question in KEY.forms[form]].index(id) + 1


def row(student, form, **answers):
    """A row whose answers are the key's, but for those given as `kind="cell"` with _ for -."""
    changed = {f"q-{kind.replace('_', '-')}": cell for kind, cell in answers.items()}
    cells = [changed.get(question.id, as_cell(question)) for question in KEY.forms[form]]
    return [student, f"Name of {student}", form, *cells]


HEADER = ["student", "name", "form", *(f"q{n}" for n in range(1, len(KINDS) + 1))]


def table(*rows, header=HEADER, delimiter=","):
    """CSV in which every cell is quoted."""
    quoted = ([f'"{str(cell).replace(chr(34), chr(34) * 2)}"' for cell in line] for line in (header, *rows))
    return "\r\n".join(delimiter.join(line) for line in quoted) + "\r\n"


FULL_MARKS = {
    (student, question.id): Marks((Fraction(1),) * len(question.answer.rubric))
    for student in ("s1", "s2", "s3")
    for question in KEY.forms["A"]
    if isinstance(question.answer, Essay)
}
