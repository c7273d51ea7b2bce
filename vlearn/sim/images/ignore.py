""".dockerignore: which files of the build context are sent to the builder.

Patterns are Go's filepath.Match (`*` and `?` stop at `/`, classes such as `[a-z]`, backslash escapes) plus `**` for any
number of directories. The last pattern that matches decides; `!` brings a file back; a match of a directory is one of
all below it. Unlike .gitignore, a pattern starts at the root of the context. Rules: github.com/moby/patternmatcher.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import normpath

from vlearn.sim.images.errors import IgnoreError
from vlearn.sim.images.glob import check, reaches


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of the file; `exclusion` if it began with `!`."""

    text: str
    line: int
    exclusion: bool

    def matches(self, path: str) -> bool:
        """Whether it matches this path or a directory that it lies in."""
        return reaches(self.text, path)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A whole .dockerignore."""

    patterns: tuple[Pattern, ...] = ()

    def deciding(self, path: str) -> Pattern | None:
        """The pattern that decides about a path (slashes, relative to the context); None if none matches it."""
        decided = None
        for pattern in self.patterns:
            if pattern.exclusion == (decided is not None and not decided.exclusion) and pattern.matches(path):
                decided = pattern
        return decided

    def ignores(self, path: str) -> bool:
        """Whether the file stays behind."""
        decided = self.deciding(path)
        return decided is not None and not decided.exclusion

    def kept(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The paths that are sent, in their order."""
        return tuple(path for path in paths if not self.ignores(path))


def read_ignore(text: str) -> Ignore:
    """Read a .dockerignore. Raises IgnoreError with the line of a pattern that Go would not accept."""
    patterns = []
    for n, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        pattern = line.strip()
        if line.startswith("#") or not pattern:
            continue
        exclusion = pattern.startswith("!")
        pattern = pattern[exclusion:].strip()
        if not pattern:
            raise IgnoreError(f'.dockerignore line {n}: illegal exclusion pattern: "!"')
        cleaned = normpath(pattern).lstrip("/")  # `/foo` and `foo/` are `foo`, `./foo/../bar` is `bar`
        if cleaned in ("", "."):  # no file is the context itself
            continue
        try:
            check(cleaned)
        except IgnoreError as error:
            raise IgnoreError(f".dockerignore line {n}: {error}: {pattern!r}") from None
        patterns.append(Pattern(cleaned, n, exclusion))
    return Ignore(tuple(patterns))
