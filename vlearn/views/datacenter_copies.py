"""A virtual machine and a copy of some of its parts, side by side after both have worked for a while."""

from collections.abc import Iterable

from vlearn.blocks import Block, Table, Text
from vlearn.sim.datacenter.isolation.encapsulation import PARTS, Machine, copied, differences, resumes, work
from vlearn.trace import run


def draw_copy(machine: Machine, parts: Iterable[str], rounds: int) -> tuple[Block, ...]:
    """Part by part: whether it was taken along, and what original and copy hold after so many rounds."""
    taken = tuple(parts)
    apart = differences(machine, taken, rounds)
    original, copy = (run(work, one, range(rounds)).final for one in (machine, copied(machine, taken)))
    rows = tuple(
        (
            part,
            "yes" if part in taken else "no",
            str(getattr(original, part)),
            str(getattr(copy, part)),
            "NO" if part in apart else "yes",
        )
        for part in PARTS
    )
    told = f"The copy went another way: {', '.join(apart)} differ{'s' * (len(apart) == 1)}."
    if resumes(machine, taken, rounds):
        told = "Nobody can tell the copy from the original."
    header = ("Part", "Copied", "Original", "Copy", "Same?")
    return Text(told), Table(header, rows, f"After {rounds} round{'s' * (rounds != 1)} of work.")


def parts_table() -> Table:
    """What a virtual machine is made of."""
    return Table(("Part", "What it holds"), tuple(PARTS.items()))
