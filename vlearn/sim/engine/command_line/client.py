"""The docker command line: words in, text and an exit code out. The daemon is asked; the client's own faults are here.

The words are those of Docker 28's client; what it can do and the model cannot is refused by name, with exit code 2.
"""

from collections.abc import Mapping, Sequence

from vlearn.errors import ModelError
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line import (
    build_commands,
    compose_commands,
    container_commands,
    copy_command,
    image_commands,
    inspect_commands,
    machine_commands,
    network_commands,
    process_commands,
    ps_command,
)
from vlearn.sim.engine.command_line.command import GROUPS, Command, absent, commands
from vlearn.sim.engine.command_line.compose_file import reordered
from vlearn.sim.engine.command_line.errors import ArgumentsError, ClientError, NotModelled, UsageError
from vlearn.sim.engine.command_line.flags import read_flags
from vlearn.sim.engine.command_line.help import group_help, help_of, overview
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.place import Place
from vlearn.sim.engine.command_line.said import OUT, Printer, Said
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.specifications import ClientError as Refused

FAMILIES = (
    build_commands, compose_commands, container_commands, copy_command, image_commands, inspect_commands,
    ps_command, machine_commands, network_commands, process_commands,
)  # fmt: skip
HANDLERS: Mapping[str, Handler] = {name: one for family in FAMILIES for name, one in family.HANDLERS.items()}
VERSION = "Docker version 28.2.2, build vlearn"
USAGE, UNSUPPORTED = 125, 2


def answer(docker: Docker, words: Sequence[str], place: Place) -> Said:
    """What `docker WORDS...` prints, and its exit code."""
    said = _before(list(words))
    if said is not None:
        return said
    try:
        name, command, rest = _found(list(words))
    except NotModelled as error:
        return _failed(UNSUPPORTED, f"vlearn: docker compose: {error} is not modelled")
    if command is None:
        return _unknown(words)
    usage = f"\n{command.usage_of(name)}\n"
    try:
        given = read_flags(rest, command.flags, leading=command.leading)
        if given.has("help"):
            return Said(((OUT, help_of(command, name)),))
        command.check(given.arguments, name)
        _modelled(command, given.options)
    except ArgumentsError as error:
        message, see = error.args
        return _failed(1, str(message), usage, f"{see} 'docker {name} --help' for more information")
    except UsageError as error:
        return _failed(USAGE, str(error), usage, f"Run 'docker {name} --help' for more information")
    except NotModelled as error:
        return _failed(UNSUPPORTED, f"vlearn: docker {name}: {error} is not modelled")
    return _done(Invocation(docker, command, name, given, place))


def _done(call: Invocation) -> Said:
    to = call.to
    run = call.command.name == "run"
    try:
        HANDLERS[call.command.name](call)
    except DaemonError as error:
        text = error.message if "ERROR: failed to solve" in error.message else str(error)
        _refuse(to, call, text, 1 if not run else error.code if error.code in (126, 127) else USAGE)
    except Refused as error:
        _refuse(to, call, str(error), USAGE if run else 1)
    except ClientError as error:
        _refuse(to, call, str(error), USAGE if run else error.code)
    except NotModelled as error:
        to.err(f"vlearn: docker {call.called}: {error} is not modelled", code=UNSUPPORTED)
    except ModelError as error:
        to.err(str(error), code=1)
    return to.said()


def _refuse(to: Printer, call: Invocation, text: str, code: int) -> None:
    """Print why; `docker run` puts its name before it and a hint behind it."""
    if call.command.name == "run":
        to.err(f"docker: {text}", "", f"Run 'docker {call.called} --help' for more information", code=code)
    else:
        to.err(text, code=code)


def _before(words: list[str]) -> Said | None:
    """What is answered before any command: help and version, and options of docker itself."""
    if not words or words[0] in ("--help", "-h"):
        return Said(((OUT, overview()),))
    if words[0] in ("-v", "--version"):
        return Said(((OUT, VERSION + "\n"),))
    if words[0] == "help":
        name, command, rest = _found(words[1:])
        if len(words) == 1:
            return Said(((OUT, overview()),))
        if command is not None and not rest:
            return Said(((OUT, help_of(command, name)),))
        return _failed(1, f"unknown help topic: {' '.join(words[1:])}")
    if words[0].startswith("--"):
        return _failed(USAGE, f"unknown flag: {words[0].partition('=')[0]}", *_root())
    if words[0].startswith("-"):
        return _failed(USAGE, f"unknown shorthand flag: {words[0][1:2]!r} in {words[0]}", *_root())
    return None


def _root() -> tuple[str, str]:
    return "\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n", "Run 'docker --help' for more information"


def _found(words: list[str]) -> tuple[str, Command | None, list[str]]:
    """The command that words begin with, the longest name first; `compose` may have options before its own command."""
    if words[:1] == ["compose"]:
        words = reordered(words)
    for length in (2, 1):
        name = " ".join(words[:length])
        if len(words) >= length and name in commands():
            return name, commands()[name], words[length:]
    return "", None, words


def _unknown(words: Sequence[str]) -> Said:
    first, rest = words[0], list(words[1:])
    if first in absent():
        return _failed(UNSUPPORTED, f"vlearn: docker {first} is not modelled")
    if first in GROUPS:
        if not rest or rest[0] in ("--help", "-h"):
            return Said(((OUT, group_help(first)),))
        if rest[0].startswith("-"):
            return _failed(
                USAGE,
                f"unknown flag: {rest[0]}"
                if rest[0].startswith("--")
                else f"unknown shorthand flag: {rest[0][1:2]!r} in {rest[0]}",
                f"\nUsage:  docker {first} COMMAND\n",
                f"Run 'docker {first} --help' for more information",
            )
        if rest[0] in absent(first):
            return _failed(UNSUPPORTED, f"vlearn: docker {first} {rest[0]} is not modelled")
        if first == "compose":
            return _failed(1, f'unknown docker command: "compose {rest[0]}"')
        return _failed(
            1,
            f"docker: unknown command: docker {first} {rest[0]}",
            f"\nUsage:  docker {first}\n",
            f"Run 'docker {first} --help' for more information",
        )
    return _failed(1, f"docker: unknown command: docker {first}", "", "Run 'docker --help' for more information")


def _modelled(command: Command, options: Mapping[str, object]) -> None:
    missing = next((flag for flag in command.flags if flag.long in options and not flag.text), None)
    if missing is not None:
        raise NotModelled(f"--{missing.long}")


def _failed(code: int, *lines: str) -> Said:
    to = Printer()
    to.err(*lines, code=code)
    return to.said()
