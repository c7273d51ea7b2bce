"""Instructions a second of the interpreter: without a trace, with one, and with paging on.

A loop of six instructions with a store and a push; the trace keeps every state, and a sentence for each step.
"""

from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.sim.cpu import assemble, boot, run_program, run_to_end
from vlearn.sim.memory import TWO_LEVEL, PageTables

LOOP = assemble(
    "start: mov ecx, 1000\nagain: add eax, ecx\nmov [0xd000], eax\npush eax\npop ebx\ndec ecx\njnz again\nhlt"
)
TABLES = PageTables(TWO_LEVEL, root=0x1_0000).map_page(0, 0, length=0xE000)


def measure() -> Iterator[Measurement]:
    """Higher is better; the ratio is to the interpreter without a trace."""
    flat, paged = boot(LOOP), boot(LOOP, tables=TABLES)
    steps = run_to_end(flat).steps
    plain = steps / best_of(lambda: run_to_end(flat), 3)
    yield Measurement("instructions, without a trace", plain, "instructions/s")
    for name, seconds in (
        ("instructions, with a trace", best_of(lambda: run_program(flat), 3)),
        ("instructions, with paging", best_of(lambda: run_to_end(paged), 3)),
    ):
        yield Measurement(name, steps / seconds, "instructions/s", "without a trace", steps / seconds / plain)
