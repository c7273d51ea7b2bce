"""Where the guest's code lies: what that hangs on, so that a monitor knows when it may have moved.

A unit is looked up by its address and the physical one behind it, so it stays right whatever the guest does to its page
tables. A patched exit is not looked up again. So when page tables change on the way to code that has been used, or the
guest loads another CR3, all exits go back to the dispatcher; units are kept, and the next look-up finds them.
"""

from collections.abc import Mapping

from vlearn.sim.cpu import Cpu
from vlearn.sim.cpu.control import PG, SMAP
from vlearn.sim.cpu.eflags import AC
from vlearn.sim.memory.entries import PS, A, D, P
from vlearn.sim.memory.tables import FRAME, Memory


def entries_on_the_way(cpu: Cpu, linear: int) -> dict[int, int]:
    """The entries of 32-bit page tables on the way to a linear address, by their physical address."""
    if not cpu.cr0 & PG:
        return {}
    at = (cpu.cr3 & -FRAME) + (linear >> 22) * 4
    entry = cpu.memory.get(at, 0)
    if not entry & P or entry & PS:
        return {at: entry}
    below = (entry & -FRAME) + (linear >> 12 & 0x3FF) * 4
    return {at: entry, below: cpu.memory.get(below, 0)}


def unchanged(entries: Mapping[int, int], memory: Memory) -> bool:
    """Whether all of them lead where they did: that a walk has set A or D in one makes no difference."""
    pairs = ((entry, memory.get(at, 0)) for at, entry in entries.items())
    return all(entry == now or only_marked(entry, now) for entry, now in pairs)


def only_marked(entry: int, now: int) -> bool:
    """Whether a word differs from before as a walk would have it: A or D is set, and nothing else."""
    return entry != now and not (entry ^ now) & ~(A | D) and not entry & ~now


def walk_mode(cpu: Cpu) -> tuple[int, int, int, int]:
    """What a walk hangs on besides memory and the CPL."""
    paging = bool(cpu.cr0 & PG)
    return cpu.cr0 if paging else 0, cpu.cr3 if paging else 0, cpu.cr4, cpu.eflags & AC if cpu.cr4 & SMAP else 0
