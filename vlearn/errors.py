"""The few exceptions a caller can meet. Each message says what was wrong, where, and what would be right.

A fault of a simulated machine (a page fault, an EPT violation, a 409 Conflict) is never one of these: it is an event.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice


class VlearnError(Exception):
    """Root of everything vlearn raises on bad input; the command line prints it as one paragraph and exits with 2."""


class ModelError(VlearnError, ValueError):
    """A caller asked a model for something the modelled machine cannot have, such as an address wider than it."""


class CourseError(VlearnError, LookupError):
    """An id names no chapter or no learning objective of the course."""


class BankError(VlearnError, ValueError):
    """A question bank or one of its questions is malformed."""


class ResponseError(VlearnError, ValueError):
    """A response to a question has a form that its kind of question cannot have; a wrong answer is no error."""


class BlueprintError(VlearnError, ValueError):
    """A blueprint is malformed, or no set of questions in the bank can meet it."""


class RosterError(VlearnError, ValueError):
    """A roster is malformed; the message has a line for each fault in it."""


class ExportError(VlearnError):
    """An exam could not be rendered or written; nothing half written is left behind."""


class ContentError(VlearnError, FileNotFoundError):
    """A folder of the course (notebooks, question bank, benchmarks) is missing, or a copy of it cannot be written."""


class LabError(VlearnError, ValueError):
    """A notebook asked the lab for something it cannot give, such as an exercise that does not exist."""


LONGEST, MOST = 200, 2000
"""What is compared of unknown names and known ones: a hostile file may have millions of either."""


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.65) -> str:
    """What to put behind an unknown name: `; did you mean 'numeric'?`, or nothing if no name is near enough.

    `cutoff` runs from 0, where the nearest name always counts, to 1.
    """
    if len(word) > LONGEST:
        return ""
    close = get_close_matches(word, (name for name in islice(known, MOST) if len(name) <= LONGEST), n=1, cutoff=cutoff)
    return f"; did you mean {close[0]!r}?" if close else ""
