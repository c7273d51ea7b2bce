"""Executable files: which program a file is. The first line names it, as ELF's magic and a name, or #! and a path."""

from dataclasses import dataclass

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.file_systems import readable
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.walk import walk

MAGIC = b"\x7fELF "
NESTED = 4
"""How many scripts may be one another's interpreter: BINPRM_MAX_RECURSION."""


@dataclass(frozen=True, slots=True)
class Image:
    """A program's name in the table, the file to execute, and the arguments that it gets."""

    program: str
    path: str
    arguments: tuple[str, ...]


def content_of(name: str) -> bytes:
    """The content of the executable file of a program."""
    return MAGIC + name.encode() + b"\n"


def image_at(kernel: Kernel, process: Process, path: str, arguments: tuple[str, ...]) -> Image:
    """What a process would execute at a path. Raises SystemCallFailed: ENOEXEC for a file that is no program."""
    for _ in range(NESTED):
        content = _content(kernel, process, path)
        first = content.partition(b"\n")[0]
        if first.startswith(MAGIC):
            return Image(first[len(MAGIC) :].decode("utf-8", "replace"), path, arguments)
        words = first[2:].decode("utf-8", "replace").strip().split(None, 1)
        if not first.startswith(b"#!") or not words:
            raise SystemCallFailed("ENOEXEC", f"{path} is neither a program nor a script with #!")
        arguments = (*words, path, *arguments[1:])
        path = words[0]
    raise SystemCallFailed("ELOOP", f"{path} is the script of a script of a script")


def _content(kernel: Kernel, process: Process, path: str) -> bytes:
    try:
        place = walk(kernel, process, path)
        return readable(kernel, process, place.mount).read(place.path)
    except Refusal as refusal:
        raise SystemCallFailed(refusal.errno, refusal.why) from None
