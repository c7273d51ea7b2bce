"""What stops a program of the user space: a command line that cannot be read, something that no program here does."""

from vlearn.errors import ModelError


class ShellSyntaxError(ModelError):
    """A script that is not read: `where` is the offset of the fault, `line` its line, counted from 1.

    `supported` is False where a real shell would read it and this one does not. `token` is the one that nobody
    expected, "end" for the end of the text, empty where the fault is another one.
    """

    def __init__(self, what: str, text: str, where: int, supported: bool = True, token: str = "") -> None:
        self.what, self.where, self.supported, self.token = what, where, supported, token
        self.line = text.count("\n", 0, where) + 1
        column = where - (text.rfind("\n", 0, where) + 1) + 1
        super().__init__(f"line {self.line}, column {column}: {what}")


class NotModelled(Exception):
    """Unwinds a program that was asked for what the model leaves out: printed, exit code 2. No caller meets it."""


class BrokenPipe(Exception):
    """Unwinds a program that writes to a pipe without readers: SIGPIPE ends it. No caller meets it."""
