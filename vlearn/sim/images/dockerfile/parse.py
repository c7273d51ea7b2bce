"""A Dockerfile as stages of instructions, with the errors and line numbers of BuildKit.

The parser is our own. On PyPI, `dockerfile-parse` (2.0.1) keeps instruction names and their raw values: it splits no
arguments, knows no heredocs and reports no error; `dockerfile` wraps the real parser and has to be compiled with Go.
What a student needs is which line is wrong and what Docker says of it.

Rules and messages: BuildKit, frontend/dockerfile/{parser,instructions,shell}. Left out: the frontends that a line
`# syntax=` would download, and BuildKit's lint warnings except those about empty continuation lines.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from vlearn.sim.images.dockerfile.accepted import checked
from vlearn.sim.images.dockerfile.comments import hint
from vlearn.sim.images.dockerfile.forms import split
from vlearn.sim.images.dockerfile.instruction import Dockerfile, Instruction, Stage
from vlearn.sim.images.dockerfile.lines import Line, read_lines
from vlearn.sim.images.errors import DockerfileError

P = ParamSpec("P")
T = TypeVar("T")


def parse(text: str) -> Dockerfile:
    """Read a Dockerfile. Raises DockerfileError with the first fault in BuildKit's words, its lines and a hint."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise DockerfileError("a Dockerfile is UTF-8 text; this one has half a surrogate pair") from None
    try:
        found = read_lines(text)
    except DockerfileError as error:
        raise error.located(error.first, error.last, text) from None
    parts = [_at(line, text, "", split, line, found.escape) for line in found.lines]
    arguments: list[Instruction] = []
    stages: list[tuple[Instruction, list[Instruction]]] = []
    for line, part in zip(found.lines, parts, strict=True):
        prefix = f"dockerfile parse error on line {line.first}: "
        made = _at(line, text, prefix, checked, line, part)
        if made.keyword == "FROM":
            stages.append((made, []))
        elif stages:
            stages[-1][1].append(made)
        elif made.keyword == "ARG":
            arguments.append(made)
        else:
            raise DockerfileError("no build stage in current context", line.first, line.last, text)
    if not stages:
        raise DockerfileError("dockerfile contains no stages to build", 0, 0, text)
    of = tuple(Stage(start, tuple(inside)) for start, inside in stages)
    return Dockerfile(text, found.escape, tuple(arguments), of, found.warnings)


def _at(line: Line, text: str, prefix: str, reads: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return reads(*args, **kwargs)
    except DockerfileError as error:
        whole = DockerfileError(prefix + error.message)
        raise whole.located(line.first, line.last, text, hint(text, line.first)) from None
