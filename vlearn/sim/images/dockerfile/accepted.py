"""What each instruction accepts: the second round of faults, after all lines have been split."""

import re
from collections.abc import Callable

from vlearn.sim.images.dockerfile.flags import read_flags
from vlearn.sim.images.dockerfile.forms import FORMS, Parts
from vlearn.sim.images.dockerfile.health import health_check
from vlearn.sim.images.dockerfile.instruction import Instruction
from vlearn.sim.images.dockerfile.lines import Line, heredoc_of
from vlearn.sim.images.dockerfile.suggestion import suggestion
from vlearn.sim.images.errors import DockerfileError


def checked(line: Line, parts: Parts) -> Instruction:
    """The second round: raises DockerfileError for what the instruction does not accept."""
    keyword = parts.keyword.upper()
    form = FORMS.get(keyword)
    if form is None:
        raise DockerfileError(f"unknown instruction: {parts.keyword}{suggestion(parts.keyword, FORMS)}")
    count = len(parts.arguments) or len(parts.pairs)
    if form.takes == "one or more" and not count:
        raise DockerfileError(f"{keyword} requires at least one argument")
    if form.takes == "exactly one" and count != 1:
        raise DockerfileError(f"{keyword} requires exactly one argument")
    if form.takes == "source and destination" and count < 2:
        few = "requires at least two arguments, but only one was provided. Destination could not be determined"
        raise DockerfileError(f"{keyword} {few}")
    if any(not name for name, _ in parts.pairs):
        raise DockerfileError(f"{keyword} names can not be blank")
    flags = read_flags(parts.flags, form.flags) if keyword not in ("ARG", "STOPSIGNAL") else ()
    made = Instruction(
        keyword,
        line.text.strip(),
        line.first,
        line.last,
        parts.arguments,
        parts.exec_form,
        parts.pairs,
        flags,
        line.heredocs,
    )
    if keyword in CHECKS:
        CHECKS[keyword](made)
    return made


STAGE_NAME = re.compile(r"[a-z][a-z0-9-_.]*", re.ASCII)


def _check_from(made: Instruction) -> None:
    arguments = made.arguments
    if len(arguments) == 3 and arguments[1].lower() == "as":
        if not STAGE_NAME.fullmatch(arguments[2].lower()):
            reason = "name can't start with a number or contain symbols"
            raise DockerfileError(f'invalid name for build stage: "{arguments[2]}", {reason}')
    elif len(arguments) != 1:
        raise DockerfileError("FROM requires either one or three arguments")


def _check_onbuild(made: Instruction) -> None:
    trigger = made.arguments[0].split(None, 1)[0].upper()
    if trigger == "ONBUILD":
        raise DockerfileError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    if trigger in ("MAINTAINER", "FROM"):
        raise DockerfileError(f"{trigger} isn't allowed as an ONBUILD trigger")


def _check_shell(made: Instruction) -> None:
    if not made.exec_form:
        raise DockerfileError("SHELL requires the arguments to be in JSON form")


def _check_volume(made: Instruction) -> None:
    if not all(volume.strip() for volume in made.arguments):
        raise DockerfileError("VOLUME specified can not be an empty string")


def _check_copy(made: Instruction) -> None:
    if heredoc_of(made.arguments[-1]):
        raise DockerfileError(f"{made.keyword} cannot accept a heredoc as a destination")


CHECKS: dict[str, Callable[[Instruction], object]] = {
    "ADD": _check_copy,
    "COPY": _check_copy,
    "FROM": _check_from,
    "HEALTHCHECK": health_check,
    "ONBUILD": _check_onbuild,
    "SHELL": _check_shell,
    "VOLUME": _check_volume,
}
