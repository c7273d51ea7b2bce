"""A memory that remembers which words were written, so that a monitor can follow what an instruction did.

It stands for the map of words in a `Cpu` for one instruction: it has `get` and `set`, which is all that the processor
asks of its memory. Finding out by comparing two maps would take as long as memory is large.
"""

from typing import cast

from vlearn.sim.cpu import Cpu
from vlearn.sim.memory.tables import Memory


class WriteLog:
    """A memory, and the addresses of the words that were set since the log began; as frozen as the map inside."""

    __slots__ = ("get", "memory", "written")

    def __init__(self, memory: Memory, written: tuple[int, ...] = ()) -> None:
        self.memory = memory
        self.written = written
        self.get = memory.get

    def set(self, address: int, value: int) -> "WriteLog":
        """The log after a write."""
        return WriteLog(self.memory.set(address, value), (*self.written, address))


def logged(cpu: Cpu) -> Cpu:
    """The processor with an empty log in the place of its memory."""
    return cpu.set_memory(cast(Memory, WriteLog(cpu.memory)))


def unlogged(cpu: Cpu) -> tuple[Cpu, tuple[int, ...]]:
    """The processor with its memory again, and the addresses of the words that were written, some perhaps twice."""
    log = cast(WriteLog, cpu.memory)
    return cpu.set_memory(log.memory), log.written
