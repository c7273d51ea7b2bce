"""Runs the Python text of a recorded command on the models: its os, socket, subprocess and time ask them."""

import errno
import os
from ipaddress import IPv4Address
from types import SimpleNamespace
from typing import Any

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.network import sockets

HARMLESS = ("chr", "int", "len", "print", "range", "str", "OSError", "Exception", "True", "False")


class Ended(Exception):
    """os._exit."""


def execute(shell: Any, words: list[str], fed: str | None) -> int:
    """`python3 -c TEXT` in the process of the shell. What fails prints the last line of its traceback."""
    modules = {
        "os": SimpleNamespace(fork=lambda: _fork(shell), _exit=_exit, getpid=lambda: shell.pid),
        "socket": SimpleNamespace(socket=lambda *kind: _Socket(shell)),
        "subprocess": SimpleNamespace(run=lambda arguments, **options: _run(shell, arguments)),
        "time": SimpleNamespace(sleep=lambda seconds: None),
    }

    def load(name: str, *rest: object) -> object:
        if name not in modules:
            raise shell.not_modelled(f"the Python module {name}")
        return modules[name]

    def say(*values: object) -> None:
        shell.out += f"{' '.join(map(str, values))}\n"

    harmless = {name: getattr(__import__("builtins"), name) for name in HARMLESS}
    names = {
        **harmless,
        "__import__": load,
        "print": say,
        "bytearray": lambda size: shell.kernel.allocate(shell.pid, size),
    }
    try:
        exec(words[words.index("-c") + 1], {"__builtins__": names})
    except Ended as ended:
        return int(ended.args[0])
    except OSError as problem:
        shell.err += f"Traceback (most recent call last):\nOSError: {problem}\n"
        return 1
    return 0


def _fork(shell: Any) -> int:
    """The parent's side: the child sleeps, and never runs here."""
    child = shell.kernel.fork(shell.pid)
    if child is None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return int(child)


def _exit(status: int) -> None:
    raise Ended(status)


def _run(shell: Any, arguments: list[str]) -> SimpleNamespace:
    before = shell.out, shell.err
    shell.out = shell.err = ""
    status = shell.child(arguments)
    result = SimpleNamespace(stdout=shell.out, stderr=shell.err, returncode=status)
    shell.out, shell.err = before
    return result


class _Socket:
    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def bind(self, address: tuple[str, int]) -> None:
        kernel, (host, port) = self.shell.kernel, address
        where = IPv4Address(host) if host else sockets.ANY
        try:
            kernel.networks, _ = sockets.bind(kernel.networks, self.shell.space, self.shell.pid, port, where)
        except Refusal as refusal:
            number = getattr(errno, refusal.errno)
            raise OSError(number, os.strerror(number)) from None

    def listen(self) -> None:
        pass
