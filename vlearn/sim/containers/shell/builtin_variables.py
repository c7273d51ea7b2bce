"""Builtins on the shell's variables: export, local, unset, set, shift, read, umask."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vlearn.sim.containers.calls import Umask
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.flow import ExitShell
from vlearn.sim.containers.shell.waits import Running

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter
Builtin = Callable[["Interpreter", list[str]], "Running | int"]
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def _export(shell: "Interpreter", words: list[str]) -> int:
    if not words or words == ["-p"]:
        shell.task.say(*(f"export {name}='{value}'" for name, value in shell.environment().items()))
    for word in words:
        name, equals, value = word.partition("=")
        if not NAME.fullmatch(name):
            if shell.dialect.name == "bash":
                shell.complain(f"export: `{word}': not a valid identifier")
                return 1
            shell.complain(f"export: {word}: bad variable name")
            raise ExitShell(2)
        shell.exported.add(name)
        if equals:
            shell.assign(name, value)
    return 0


def _local(shell: "Interpreter", words: list[str]) -> int:
    if not shell.locals:
        if shell.dialect.name == "bash":
            shell.complain("local: can only be used in a function")
            return 1
        shell.complain("local: not in a function")
        raise ExitShell(2)
    for word in words:
        name, equals, value = word.partition("=")
        shell.make_local(name)
        if equals:
            shell.assign(name, value)
    return 0


def _unset(shell: "Interpreter", words: list[str]) -> int:
    for name in (word for word in words if word not in ("-v", "-f")):
        if "-f" in words:
            shell.functions.pop(name, None)
        else:
            shell.variables.pop(name, None)
            shell.exported.discard(name)
    return 0


def _set(shell: "Interpreter", words: list[str]) -> int:
    words = list(words)
    if not words:
        shell.task.say(*(f"{name}='{value}'" for name, value in sorted(shell.variables.items())))
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        word = words.pop(0)
        if word == "--":
            shell.positional = words
            return 0
        letters = [words.pop(0)] if word[1:] == "o" and words else list(word[1:])
        for letter in letters:
            letter = {"errexit": "e", "nounset": "u"}.get(letter, letter)
            if letter not in ("e", "u", "pipefail"):
                raise NotModelled(f"set {word[0]}{letter}")
            (shell.options.add if word[0] == "-" else shell.options.discard)(letter)
    if words:
        shell.positional = words
    return 0


def _shift(shell: "Interpreter", words: list[str]) -> int:
    count = int(words[0]) if words else 1
    if count > len(shell.positional):
        if shell.dialect.name == "dash":
            shell.complain("shift: can't shift that many")
            raise ExitShell(2)
        return 1
    shell.positional = shell.positional[count:]
    return 0


def _read(shell: "Interpreter", words: list[str]) -> Running:
    raw = "-r" in words
    if unknown := [word for word in words if word.startswith("-") and word != "-r"]:
        raise NotModelled(f"read {unknown[0]}")
    names = [word for word in words if word != "-r"] or ["REPLY"]
    line, ended = bytearray(), False
    while True:
        char = yield from shell.task.read(1)
        ended = not char
        if ended or char == b"\n":
            if not raw and line.endswith(b"\\") and not ended:
                del line[-1:]
                continue
            break
        line += char
    text = line.decode("utf-8", "surrogateescape")
    text = text if raw else re.sub(r"\\(.)", r"\1", text)
    separators = shell.variables.get("IFS", " \t\n")
    blank = "".join(char for char in separators if char in " \t\n")
    text = text.strip(blank) if blank else text
    for number, name in enumerate(names):
        if number == len(names) - 1:
            shell.assign(name, text)
        else:
            found = re.search(f"[{re.escape(separators)}]", text) if separators else None
            shell.assign(name, text[: found.start()] if found else text)
            text = text[found.end() :].lstrip(blank) if found else ""
    return int(ended)


def _umask(shell: "Interpreter", words: list[str]) -> int:
    if not words:
        shell.task.say(f"{shell.task.process.umask:04o}")
        return 0
    if not re.fullmatch("[0-7]+", words[0]):
        raise NotModelled(f"umask {words[0]}")
    shell.task.host.ask(Umask(shell.task.pid, int(words[0], 8)))
    return 0


VARIABLES: Mapping[str, Builtin] = {
    "export": _export,
    "local": _local,
    "read": _read,
    "set": _set,
    "shift": _shift,
    "umask": _umask,
    "unset": _unset,
}
