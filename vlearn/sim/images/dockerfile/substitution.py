"""Variables in a Dockerfile: `$X`, `${X}`, the modifiers of `${X:-word}`, quotes and escapes.

The rules are those of BuildKit's `shell.Lex` (frontend/dockerfile/shell/lex.go), which imitates a shell and is none: a
variable that is not set is empty, single quotes take all as it is, and the escape character may be the backquote.
Modifiers: `-` `+` `?` with and without the colon, `#` `##` `%` `%%` (cut off a prefix or suffix), `/` `//` (replace).
"""

from collections.abc import Mapping
from json import dumps

from vlearn.sim.images.dockerfile.lexer import Reader
from vlearn.sim.images.errors import DockerfileError


def expand(text: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """The text with its variables put in and its quotes and escapes taken away."""
    return _expanded(text, variables, escape)[0]


def expand_words(text: str, variables: Mapping[str, str], escape: str = "\\") -> tuple[str, ...]:
    """Likewise, but split at blanks outside quotes afterwards, so that one variable may become several words."""
    return _expanded(text, variables, escape)[1]


def expand_variables(text: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """The text of a heredoc with its variables put in; quotes are ordinary characters there."""
    return Reader(text, variables, escape, quotes=False).until("")[0]


def quoted_words(text: str) -> tuple[str, ...]:
    """The words of a line as they stand, quotes and variables untouched; none if a quote is not closed."""
    reader = Reader(text, {}, "\\", raw=True)
    try:
        return reader.until("")[1]
    except DockerfileError:
        return ()


def _expanded(text: str, variables: Mapping[str, str], escape: str) -> tuple[str, tuple[str, ...]]:
    if not any(mark in text for mark in ("$", "'", '"', escape)):
        return text, tuple(text.split())
    try:
        return Reader(text, variables, escape).until("")
    except DockerfileError as error:
        raise DockerfileError(f"failed to process {dumps(text, ensure_ascii=False)}: {error.message}") from None
