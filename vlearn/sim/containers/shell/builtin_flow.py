"""Builtins that decide what runs next: exit, return, break, continue, eval, and the dot."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import ShellSyntaxError
from vlearn.sim.containers.shell.flow import ExitShell, LeaveLoop, NextTurn, Return
from vlearn.sim.containers.shell.parser import parse
from vlearn.sim.containers.shell.waits import Running

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter
Builtin = Callable[["Interpreter", list[str]], "Running | int"]


def _exit(shell: "Interpreter", words: list[str]) -> int:
    raise ExitShell(_code(shell, "exit", words))


def _return(shell: "Interpreter", words: list[str]) -> int:
    if shell.dialect.name == "bash" and not shell.depth and not shell.sourcing:
        shell.complain("return: can only `return' from a function or sourced script")
        return 2
    raise Return(_code(shell, "return", words))


def _code(shell: "Interpreter", name: str, words: list[str]) -> int:
    if words and not re.fullmatch(r"-?\d+", words[0]):
        text = "numeric argument required" if shell.dialect.name == "bash" else f"Illegal number: {words[0]}"
        shell.complain(f"{name}: {words[0]}: {text}" if shell.dialect.name == "bash" else f"{name}: {text}")
        return 2
    return int(words[0]) if words else shell.status


def _break(shell: "Interpreter", words: list[str]) -> int:
    if (code := _loop(shell, "break")) is not None:
        return code
    raise LeaveLoop(min(int(words[0]) if words else 1, shell.loops))


def _continue(shell: "Interpreter", words: list[str]) -> int:
    if (code := _loop(shell, "continue")) is not None:
        return code
    raise NextTurn(min(int(words[0]) if words else 1, shell.loops))


def _loop(shell: "Interpreter", name: str) -> int | None:
    """Nothing inside a loop; outside of one, bash says so and goes on, and dash goes on."""
    if shell.loops:
        return None
    if shell.dialect.name == "bash":
        shell.complain(f"{name}: only meaningful in a `for', `while', or `until' loop")
    return 0


def _eval(shell: "Interpreter", words: list[str]) -> Running:
    return (yield from _source(shell, " ".join(words)))


def _dot(shell: "Interpreter", words: list[str]) -> Running:
    if not words:
        shell.complain(".: filename argument required")
        return 2
    try:
        text = shell.task.host.read_file(shell.task.pid, words[0]).decode("utf-8", "surrogateescape")
    except SystemCallFailed as failed:
        begin = "" if shell.dialect.name == "bash" else ".: "
        shell.complain(f"{begin}{shell.dialect.cannot_open(words[0], failed, False)}")
        if shell.dialect.name == "bash":
            return 1
        raise ExitShell(2) from None
    return (yield from _source(shell, text, returns=True))


def _source(shell: "Interpreter", text: str, returns: bool = False) -> Running:
    try:
        tree = parse(text)
    except ShellSyntaxError as wrong:
        shell.complain(wrong.what)
        return 2
    shell.status = 0
    shell.sourcing += 1
    try:
        return (yield from shell.sequence(tree))
    except Return as back:
        if not returns:
            raise
        return back.code
    finally:
        shell.sourcing -= 1


FLOW: Mapping[str, Builtin] = {
    ".": _dot,
    "break": _break,
    "continue": _continue,
    "eval": _eval,
    "exit": _exit,
    "return": _return,
}
