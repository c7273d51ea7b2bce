"""How compound commands run: if, while, for, case, groups."""

from typing import TYPE_CHECKING

from vlearn.sim.containers.shell.expansion import fields_of, pattern_of, text_of
from vlearn.sim.containers.shell.flow import LeaveLoop, NextTurn
from vlearn.sim.containers.shell.patterns import matches
from vlearn.sim.containers.shell.syntax import Case, For, Group, If, Redirected, Sequence, While
from vlearn.sim.containers.shell.waits import Running

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter

LOOP = 0.001
"""Seconds that a turn of `while` takes, so that one that waits for something sees it come."""


def inner(shell: "Interpreter", command: Redirected) -> Running:
    """A compound command other than a subshell, in the shell's own process."""
    match command.command:
        case Group(body):
            return (yield from shell.sequence(body))
        case If(branches, otherwise):
            for condition, body in branches:
                if (yield from _condition(shell, condition)) == 0:
                    return (yield from shell.sequence(body))
            return (yield from shell.sequence(otherwise)) if otherwise else 0
        case While() | For():
            shell.loops += 1
            try:
                loop = (
                    _while(shell, command.command)
                    if isinstance(command.command, While)
                    else _for(shell, command.command)
                )
                return (yield from loop)
            finally:
                shell.loops -= 1
        case Case(word, cases):
            text = yield from text_of(shell, word)
            for patterns, body in cases:
                for pattern in patterns:
                    if matches((yield from pattern_of(shell, pattern)), text):
                        shell.status = 0
                        return (yield from shell.sequence(body))
    return 0


def _condition(shell: "Interpreter", tree: Sequence) -> Running:
    before, shell.unguarded = shell.unguarded, False
    try:
        return (yield from shell.sequence(tree))
    finally:
        shell.unguarded = before


def _while(shell: "Interpreter", loop: While) -> Running:
    status = 0
    while ((yield from _condition(shell, loop.condition)) != 0) == loop.until:
        try:
            status = yield from shell.sequence(loop.body)
        except LeaveLoop as leave:
            if leave.levels > 1:
                raise LeaveLoop(leave.levels - 1) from None
            return 0
        except NextTurn as go_on:
            if go_on.levels > 1:
                raise NextTurn(go_on.levels - 1) from None
            status = 0
        yield from shell.task.sleep(LOOP)
    return status


def _for(shell: "Interpreter", loop: For) -> Running:
    status = 0
    words = shell.positional if loop.words is None else (yield from fields_of(shell, loop.words))
    for word in tuple(words):
        shell.assign(loop.name, word)
        try:
            status = yield from shell.sequence(loop.body)
        except LeaveLoop as leave:
            if leave.levels > 1:
                raise LeaveLoop(leave.levels - 1) from None
            return 0
        except NextTurn as go_on:
            if go_on.levels > 1:
                raise NextTurn(go_on.levels - 1) from None
            status = 0
    return status
