"""The few exceptions a caller can meet. Each message says what was wrong, where, and what would be right.

A fault of a simulated machine (a page fault, an EPT violation, a 409 Conflict) is never one of these: it is an event.
"""


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


class ExportError(VlearnError):
    """An exam could not be rendered or written; nothing half written is left behind."""


class ContentError(VlearnError, FileNotFoundError):
    """The notebooks or the question bank are neither in the installed package nor in a checkout."""


class ProgressError(VlearnError):
    """The student's progress file cannot be read or written."""


class LabError(VlearnError, ValueError):
    """A notebook asked the lab for something it cannot give, such as an exercise that does not exist."""
