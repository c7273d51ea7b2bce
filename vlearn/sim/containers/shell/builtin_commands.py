"""The builtins of the shell: what must happen in its own process, and what shells do themselves for speed."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vlearn.sim.containers.calls import Getcwd
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.builtin_flow import FLOW
from vlearn.sim.containers.shell.builtin_variables import VARIABLES
from vlearn.sim.containers.shell.conditions import TestFault, holds
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.printing import echoed, formatted
from vlearn.sim.containers.shell.sending import SendFault, send_signals, signal_named
from vlearn.sim.containers.shell.waits import TURN, Running, Wait
from vlearn.sim.containers.signals import SIGNALS

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter

Builtin = Callable[["Interpreter", list[str]], "Running | int"]


def _true(shell: "Interpreter", words: list[str]) -> int:
    return 0


def _false(shell: "Interpreter", words: list[str]) -> int:
    return 1


def _echo(shell: "Interpreter", words: list[str]) -> int:
    shell.task.write(echoed(words, shell.dialect.echo_escapes))
    return 0


def _printf(shell: "Interpreter", words: list[str]) -> int:
    words = words[1:] if words[:1] == ["--"] else words
    if not words:
        shell.complain("printf: usage: printf format [arguments]")
        return 2
    text, wrong = formatted(words[0], words[1:])
    shell.task.write(text)
    for one in wrong:
        shell.complain(f"printf: {one}")
    return int(bool(wrong))


def _test(shell: "Interpreter", words: list[str], name: str = "test") -> int:
    try:
        return int(not holds(shell.task, words))
    except TestFault as fault:
        shell.complain(f"{name}: {fault if shell.dialect.name == 'bash' else fault.dash}")
        return 2


def _bracket(shell: "Interpreter", words: list[str]) -> int:
    if words[-1:] != ["]"]:
        shell.complain("[: missing `]'" if shell.dialect.name == "bash" else "[: missing ]")
        return 2
    return _test(shell, words[:-1], "[")


def _cd(shell: "Interpreter", words: list[str]) -> int:
    words = words[1:] if words[:1] in (["--"], ["-P"], ["-L"]) else words
    target = words[0] if words else shell.variables.get("HOME", "/")
    shows = target == "-"
    target = shell.variables.get("OLDPWD", "") if shows else target
    if not target:
        shell.complain("cd: OLDPWD not set")
        return 1
    task, before = shell.task, _directory(shell)
    try:
        task.host.chdir(task.pid, target)
    except SystemCallFailed as failed:
        if shell.dialect.name == "bash":
            shell.complain(f"cd: {target}: {failed.strerror}")
        else:
            shell.complain(f"cd: can't cd to {target}")
        return 1 if shell.dialect.name != "dash" else 2
    shell.assign("OLDPWD", before)
    shell.assign("PWD", _directory(shell))
    if shows:
        task.say(shell.variables["PWD"])
    return 0


def _directory(shell: "Interpreter") -> str:
    found: str = shell.task.host.ask(Getcwd(shell.task.pid))
    return found


def _pwd(shell: "Interpreter", words: list[str]) -> int:
    shell.task.say(_directory(shell))
    return 0


def _wait(shell: "Interpreter", words: list[str]) -> Running:
    task, code = shell.task, 0
    if unknown := [word for word in words if not word.isdigit()]:
        raise NotModelled(f"wait {unknown[0]}")
    wanted = [(word, shell.numbers.get(int(word))) for word in words] or [("", pid) for pid in shell.jobs]
    for word, pid in wanted:
        if pid is None or pid not in shell.jobs:
            code = 127
            if shell.dialect.name == "bash":
                shell.complain(f"wait: pid {word} is not a child of this shell")
            continue
        if pid not in shell.ended:
            yield Wait(lambda pid=pid: task.child_ended(pid), interruptible=True, what=f"process {pid}")  # type: ignore[misc]
            if not task.child_ended(pid):
                return 128 + SIGNALS[next(iter(task.process.pending), "SIGTERM")]
        shell.jobs.remove(pid)
        ended = shell.ended.pop(pid, None) or task.reap(pid)
        code = ended.shell if word else 0
        if word and shell.dialect.name == "bash" and not shell.typed:
            shell.report(int(word), ended, shell.sources.get(pid, ""))
    return code


def _trap(shell: "Interpreter", words: list[str]) -> int:
    if not words:
        shell.task.say(*(f"trap -- '{text}' {_short(signal)}" for signal, text in shell.traps.items()))
        return 0
    words = words[1:] if words[0] == "--" else words
    resets = len(words) == 1 or words[0] == "-"
    for word in words if len(words) == 1 else words[1:]:
        signal = "EXIT" if word in ("EXIT", "0") else signal_named(word)
        if signal is None:
            shell.complain(f"trap: {word}: invalid signal specification")
            return 1
        if signal != "EXIT" and signal not in ("SIGKILL", "SIGSTOP"):
            action = "default" if resets else "handle" if words[0] else "ignore"
            shell.task.host.sigaction(shell.task.pid, signal, action)
        if resets:
            shell.traps.pop(signal, None)
        else:
            shell.traps[signal] = words[0]
    return 0


def _short(signal: str) -> str:
    return signal.removeprefix("SIG")


def _kill(shell: "Interpreter", words: list[str]) -> Running:
    try:
        faults = send_signals(shell.task, words)
    except SendFault as fault:
        shell.complain(f"kill: {fault}")
        return 2 if shell.dialect.name == "bash" else 1
    for number, failed in faults:
        shell.complain(
            f"kill: ({number}) - {failed.strerror}" if shell.dialect.name == "bash" else f"kill: {failed.strerror}"
        )
    yield TURN
    return int(bool(faults))


def _command(shell: "Interpreter", words: list[str]) -> "Running | int":
    if words[:1] == ["-v"]:
        return _describe(shell, words[1:], lambda name, what, path: path or name)
    if not words:
        return 0
    if words[0] in BUILTINS:
        return BUILTINS[words[0]](shell, words[1:])
    return _outside(shell, words)


def _outside(shell: "Interpreter", words: list[str]) -> Running:
    from vlearn.sim.containers.shell.commands import fork
    from vlearn.sim.containers.shell.syntax import Pipeline, Simple

    return (yield from fork(shell, Simple(), words, {}, Pipeline((Simple(),), source=" ".join(words))))


def _type(shell: "Interpreter", words: list[str]) -> int:
    return _describe(shell, words, lambda name, what, path: f"{name} is {path or what}", loud=True)


def _describe(shell: "Interpreter", names: list[str], say: Callable[[str, str, str], str], loud: bool = False) -> int:
    status = 0
    for name in names:
        if name in shell.functions:
            shell.task.say(say(name, "a function", ""))
        elif name in BUILTINS:
            shell.task.say(say(name, "a shell builtin", ""))
        else:
            try:
                shell.task.say(say(name, "", shell.task.found(name)))
            except SystemCallFailed:
                status = 127 if shell.dialect.name != "bash" else 1
                if loud and shell.dialect.name == "bash":
                    shell.complain(f"type: {name}: not found")
                elif loud:
                    shell.task.say(f"{name}: not found")
    return status


BUILTINS: Mapping[str, Builtin] = {
    **FLOW, **VARIABLES,
    ":": _true, "[": _bracket, "cd": _cd, "command": _command,
    "echo": _echo, "false": _false, "kill": _kill,
    "printf": _printf, "pwd": _pwd, "test": _test,
    "trap": _trap, "true": _true, "type": _type, "wait": _wait,
}  # fmt: skip
SPECIAL = frozenset(
    (":", ".", "break", "continue", "eval", "exec", "exit", "export", "return", "set", "shift", "trap", "unset")
)
"""Builtins whose assignments stay, and whose faults end a POSIX shell."""
