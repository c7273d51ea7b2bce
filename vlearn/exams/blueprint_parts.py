"""What is wrong with the parts of a blueprint that the types of its fields cannot say: sections, forms, print."""

import re

from vlearn.course import objective
from vlearn.errors import CourseError
from vlearn.exams.blueprint import Sheet
from vlearn.exams.mixture import Mixture
from vlearn.exams.printing import Print
from vlearn.questions.faults import Complain, Where, named

MOST_FORMS = 10
"""Of different questions, which are chosen together."""


def check_objectives(of: Mixture, where: Where, complain: Complain) -> None:
    """Every objective is one of the course."""
    for id in of.objectives:
        try:
            objective(id)
        except CourseError as error:
            complain((*where, "objectives", id), f"`{named((*where, 'objectives'))}`: {error}")


def check_sections(sheet: Sheet, complain: Complain) -> None:
    """Every section has a title of its own, and takes questions only from where the exam takes them."""
    for n, section in enumerate(sheet.sections):
        where = ("sections", n)
        if not section.title.strip():
            complain((*where, "title"), f"`{named(where)}.title` is empty; give the section a title")
        elif section.title in (other.title for other in sheet.sections[:n]):
            complain((*where, "title"), f"section {section.title!r} is there twice; give one of them another title")
        check_objectives(section, where, complain)
        for chapter in section.shares:
            if sheet.shares and chapter not in sheet.shares:
                takes = ", ".join(sheet.shares)
                told = f"section {section.title!r} takes {chapter}, but the blueprint takes only {takes}"
                complain((*where, "chapters"), f"{told}; add it there, or leave it out here")


def check_parallel(sheet: Sheet, complain: Complain) -> None:
    """There are several parallel forms, but not very many."""
    forms = sheet.forms if isinstance(sheet.forms, int) else len(sheet.forms)
    if sheet.parallel is not None and not 2 <= forms <= MOST_FORMS:
        told = f"`parallel` is for 2 to {MOST_FORMS} forms of different questions, and `forms` makes {forms}"
        complain(("parallel",), f"{told}; change `forms`, or leave `parallel` out")


def check_print(options: Print, complain: Complain) -> None:
    """A language has the form of a tag; whether there are words for it, the exporters know."""
    if not is_language(options.language):
        told = f"`print.language` is {options.language!r}; it must be two or three small letters, such as en or de"
        complain(("print", "language"), told)


def is_language(tag: str) -> bool:
    """Whether the text has the form of a language's tag."""
    return re.fullmatch("[a-z]{2,3}", tag) is not None
