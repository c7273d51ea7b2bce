"""Simple commands: assignments, functions, builtins, and programs in processes of their own."""

from contextlib import suppress
from typing import TYPE_CHECKING

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.builtin_commands import BUILTINS, SPECIAL
from vlearn.sim.containers.shell.errors import BrokenPipe
from vlearn.sim.containers.shell.expansion import fields_of, text_of
from vlearn.sim.containers.shell.flow import ExitShell
from vlearn.sim.containers.shell.forks import no_fork
from vlearn.sim.containers.shell.redirections import redirected
from vlearn.sim.containers.shell.syntax import Pipeline, Simple
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.shell.waits import Running

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter


def simple(shell: "Interpreter", command: Simple, pipeline: Pipeline, last: bool) -> Running:
    """Run a simple command. `last`: the process has nothing else to do, so a program replaces it."""
    shell.substituted = 0
    words = yield from fields_of(shell, command.words)
    values: dict[str, str] = {}
    for assignment in command.assignments:
        values[assignment.name] = yield from text_of(shell, assignment.value)
        if not words:
            shell.assign(assignment.name, values[assignment.name])
    if not words:
        return (yield from _nothing(shell, command))
    name = words[0]
    if name == "exec":
        return (yield from _exec(shell, command, words[1:], values))
    if name in shell.functions:
        return (yield from _here(shell, command, words, values, keep=False))
    if name in BUILTINS:
        return (yield from _here(shell, command, words, values, keep=name in SPECIAL))
    if last and not shell.traps and not shell.jobs:
        return (yield from _become(shell, command, words, values))
    return (yield from fork(shell, command, words, values, pipeline))


def _nothing(shell: "Interpreter", command: Simple) -> Running:
    undo = yield from redirected(shell, command.redirections)
    if undo is None:
        return shell.dialect.redirection_code
    undo()
    return shell.substituted


def _here(shell: "Interpreter", command: Simple, words: list[str], values: dict[str, str], keep: bool) -> Running:
    """A function or builtin, in the shell's own process."""
    undo = yield from redirected(shell, command.redirections)
    if undo is None:
        if keep and shell.dialect.name == "dash":
            raise ExitShell(shell.dialect.redirection_code)
        return shell.dialect.redirection_code
    saved = {name: shell.variables.get(name) for name in values}
    shell.variables.update(values)
    try:
        if words[0] in shell.functions:
            return (yield from shell.call(shell.functions[words[0]], words[1:]))
        found = BUILTINS[words[0]](shell, words[1:])
        return found if isinstance(found, int) else (yield from found)
    except SystemCallFailed as failed:
        undo()
        text = shell.dialect.write_error.format(builtin=words[0], why=failed.strerror)
        shell.complain(text)
        return 1
    finally:
        if not keep:
            for name, value in saved.items():
                if value is None:
                    shell.variables.pop(name, None)
                else:
                    shell.variables[name] = value
        undo()


def _exec(shell: "Interpreter", command: Simple, words: list[str], values: dict[str, str]) -> Running:
    """`exec`: redirections that stay, or a program in the shell's place."""
    undo = yield from redirected(shell, command.redirections)
    if undo is None:
        raise ExitShell(shell.dialect.redirection_code)
    if not words:
        shell.task.keep_only_its_own()
        return 0
    code = yield from _become(shell, Simple(), words, values)
    raise ExitShell(code)


def _become(shell: "Interpreter", command: Simple, words: list[str], values: dict[str, str]) -> Running:
    """Execute a program in the shell's own process."""
    undo = yield from redirected(shell, command.redirections)
    if undo is None:
        return shell.dialect.redirection_code
    task = shell.task
    task.environment = {**shell.environment(), **values}
    try:
        running = task.become(words)
    except SystemCallFailed as failed:
        if failed.name == "ENOEXEC" and (text := _script_text(task, words[0])) is not None:
            inner = type(shell)(task, shell.dialect, words[0], words[1:])
            return (yield from inner.script(text))
        text, code = shell.dialect.cannot_run(words[0], failed)
        shell.complain(text)
        return code
    return (yield from running)


def _script_text(task: Task, word: str) -> str | None:
    """The text of a file without #!, which a shell runs as its own script; None if it is binary."""
    content = task.host.read_file(task.pid, task.found(word))
    return None if b"\0" in content[:128] else content.decode("utf-8", "surrogateescape")


def fork(
    shell: "Interpreter", command: Simple, words: list[str], values: dict[str, str], pipeline: Pipeline
) -> Running:
    """A program in a child."""
    try:
        child = shell.task.fork(lambda task: _become(shell.copy(task), command, words, values))
    except SystemCallFailed as failed:
        return no_fork(shell, failed)
    number = shell.task.host.kernel.number_in(child.pid, shell.task.process.namespaces.pid)
    ended = yield from shell.task.wait(child.pid)
    with suppress(BrokenPipe, SystemCallFailed):
        shell.report(number, ended, pipeline.source)
    return ended.shell
