"""What Canvas and systems of QTI 2.1 cannot hold, and what they mark in another way; each in a sentence, or empty."""

from vlearn.questions.model import Cloze, Essay, Numeric, Ordering, Program, Question, ShortText, TraceTable, TrueFalse
from vlearn.questions.notation import written


def not_in_canvas(question: Question) -> str:
    """Why Canvas would not grade the question as it is meant."""
    match question.answer:
        case ShortText(_, True):
            return "Canvas ignores letter case, which counts here"
        case answer:
            return _not_in_qti(answer)


def not_in_qti21(question: Question) -> str:
    """Why no system of QTI 2.1 would."""
    match question.answer:
        case Ordering(items) if len(set(items)) < len(items):
            return "QTI tells things to order apart that read the same"
        case answer:
            return _not_in_qti(answer)


def _not_in_qti(answer: object) -> str:
    match answer:
        case Program():
            return "QTI runs no programs: export it as a notebook"
        case Numeric(value, tolerance) if "/" in written(value) and not tolerance:
            return "QTI has no fractions, and no decimal is exact: give it a tolerance"
        case Numeric(_, tolerance, _, 16) if tolerance:
            return "QTI takes a hexadecimal number as text, which has no tolerance"
        case _:
            return ""


def changed_in_canvas(question: Question) -> str:
    """What is marked in another way."""
    match question.answer:
        case Essay():
            return "is marked by hand, with the rubric in the comment that students see afterwards"
        case TrueFalse():
            return "is two drop-downs, and the reason counts even after a wrong verdict"
        case Ordering():
            return "is a matching of places and items: each item in its place earns a share"
        case Cloze(_, gaps) if any(gap.choices for gap in gaps) and not menus_alone(question.answer):
            return "is typed in every gap, with the choices of a menu beside it"
        case answer:
            return _changed(answer)


def changed_in_qti21(question: Question) -> str:
    """What is marked in another way."""
    match question.answer:
        case Essay():
            return "is marked by hand, with the rubric as information for scorers"
        case Ordering():
            return "earns all of its points or none"
        case answer:
            return _changed(answer)


def _changed(answer: object) -> str:
    match answer:
        case Numeric(_, _, _, 16):
            return "is a text: leading zeros make it wrong"
        case Cloze() | TraceTable():
            return "takes a typed text only as the key writes it, not any way to write the same number"
        case _:
            return ""


def menus_alone(answer: Cloze) -> bool:
    """Whether every gap is a menu with one right choice, as Canvas's drop-downs are."""
    return all(gap.choices and len(gap.accepted) == 1 for gap in answer.gaps)
