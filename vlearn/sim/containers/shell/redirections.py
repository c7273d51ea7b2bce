"""Redirections: `<`, `>`, `>>`, `<&`, `>&`, `&>` and here-documents, done in order and undone."""

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.expansion import text_of
from vlearn.sim.containers.shell.streams import Stream, Text, open_stream
from vlearn.sim.containers.shell.syntax import Redirection
from vlearn.sim.containers.shell.waits import Wait

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter

FLAGS = {
    "<": ("RDONLY",),
    ">": ("WRONLY", "CREAT", "TRUNC"),
    ">|": ("WRONLY", "CREAT", "TRUNC"),
    "&>": ("WRONLY", "CREAT", "TRUNC"),
    ">>": ("WRONLY", "CREAT", "APPEND"),
}


def redirected(
    shell: "Interpreter", redirections: Iterable[Redirection]
) -> Generator[Wait, None, Callable[[], None] | None]:
    """Change the streams of the shell's process. The value undoes it; None, and a message, if one fails."""
    task = shell.task
    before, opened = dict(task.streams), list[Stream]()

    def undo() -> None:
        task.streams = before
        for stream in opened:
            task.release(stream)

    for one in redirections:
        target = yield from text_of(shell, one.target)
        if one.operator == "<<":
            task.streams[one.descriptor] = Text(bytearray(target.encode("utf-8", "surrogateescape")))
        elif one.operator in ("<&", ">&") and (target == "-" or target.isdigit()):
            if target == "-":
                task.streams.pop(one.descriptor, None)
            elif int(target) in task.streams:
                task.streams[one.descriptor] = task.streams[int(target)]
            else:
                undo()
                shell.complain(f"{target}: Bad file descriptor")
                return None
        else:
            both = one.operator in (">&", "&>")
            flags = FLAGS[">" if both else one.operator] if one.operator != "<&" else FLAGS["<"]
            try:
                stream = open_stream(task, target, *flags)
            except SystemCallFailed as failed:
                undo()
                shell.complain(shell.dialect.cannot_open(target, failed, one.operator not in ("<", "<&")))
                return None
            task.hold(stream)
            opened.append(stream)
            for descriptor in (1, 2) if both else (one.descriptor,):
                task.streams[descriptor] = stream
    return undo
