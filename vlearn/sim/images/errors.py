"""What a caller of the image models can meet; the messages are those of the real tools where they have some.

A fault of a build or of a transfer (a RUN that fails, a file that COPY does not find, a tag that a registry does not
have) is none of these: it is an event of the run.
"""

from vlearn.errors import ModelError


class DockerfileError(ModelError):
    """A Dockerfile that BuildKit would not build; `first` and `last` are its lines, from 1, and `hint` says more."""

    def __init__(self, message: str, first: int = 0, last: int = 0, source: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.first, self.last, self.source, self.hint = message, first, max(first, last), source, hint

    def located(self, first: int, last: int, source: str = "", hint: str = "") -> "DockerfileError":
        """The same fault, at its lines of the file."""
        return DockerfileError(self.message, first, last, source or self.source, hint or self.hint)

    def excerpt(self, name: str = "Dockerfile") -> str:
        """What `docker build` prints: the lines around the fault, the faulty ones marked, then the message."""
        error = f"ERROR: failed to solve: {self.message}"
        lines = self.source.split("\n")
        if not 1 <= self.first <= len(lines):
            return error
        start, end = self.first, min(self.last, len(lines))
        shown, wanted = 0, 4 if start == end else 2
        while shown < wanted:  # BuildKit counts each round as one of the lines it shows around
            shown += (start > 1) + (end < len(lines)) + 1
            start, end = max(1, start - 1), min(len(lines), end + 1)
        rule = "-" * 20
        rows = (
            f" {n:3} | {'>>>' if self.first <= n <= self.last else '   '} {lines[n - 1]}" for n in range(start, end + 1)
        )
        return "\n".join((f"{name}:{self.first}", rule, *rows, rule, error))


class IgnoreError(ModelError):
    """A .dockerignore has a pattern that Go's filepath.Match calls malformed."""


class ImageError(ModelError):
    """An image, a layer or a layout is damaged, dangerous or of a kind that is not known; nothing was written."""


class InvalidReference(ModelError):
    """An image reference that Docker does not accept."""
