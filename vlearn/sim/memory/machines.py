"""Machines to walk in: a processor on page tables of its own, or a guest whose tables lie behind an EPT."""

from vlearn.errors import ModelError
from vlearn.sim.memory.modes import EPT4, GIB, MIB, Mode, size_name
from vlearn.sim.memory.page_tables import EptTables, PageTables
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.tables import FRAME

GUEST_AT = 4 * GIB
"""Where `virtual_machine` puts guest-physical address 0 in the host; the EPT's own frames lie below."""


def machine(tables: PageTables, **control: bool) -> Walk:
    """A processor on these tables. `control` sets bits of its registers, such as wp=False or smep=True."""
    return Walk(tables.registers(**control), tables.memory)


def guest(tables: PageTables, ept: EptTables, *, accessed_dirty: bool = False, **control: bool) -> Walk:
    """A virtual machine: each entry of the guest's tables is put where the EPT maps its guest-physical address.

    An entry that the EPT does not map lies nowhere: the walk exits before it could read it.
    """
    memory = ept.memory.mutate()
    for address, entry in tables.memory.items():
        place = ept.lookup(address)
        if place is None:
            continue
        if ept.root <= place < ept.next_frame:
            raise ModelError(f"the EPT maps guest-physical {address:#x} to {place:#x}, a table of its own")
        memory[place] = entry
    return Walk(tables.registers(**control), memory.finish(), ept.eptp(accessed_dirty))


def virtual_machine(
    tables: PageTables,
    host_page: int = FRAME,
    host: Mode = EPT4,
    *,
    ram: int = 16 * MIB,
    accessed_dirty: bool = False,
    **control: bool,
) -> Walk:
    """A guest with `ram` bytes of guest-physical memory from 0, all allowed, mapped by host pages of one size.

    Guest-physical address x lies at GUEST_AT + x. Raises ModelError if the guest's tables do not fit into its memory.
    """
    if tables.next_frame > ram:
        raise ModelError(f"the guest's tables end at {tables.next_frame:#x}; give it more than {size_name(ram)} of RAM")
    length = -(-ram // host_page) * host_page
    ept = EptTables(host).map_page(0, GUEST_AT, host_page, length=length)
    return guest(tables, ept, accessed_dirty=accessed_dirty, **control)


def smallest_machine(tables: PageTables, address: int, host_page: int = FRAME, host: Mode = EPT4) -> Walk:
    """A guest whose EPT maps only what a walk for `address` touches: its tables' frames, and where the address leads.

    Guest-physical address x lies at GUEST_AT + x. Raises ModelError if the tables do not map the address.
    """
    leads_to = tables.lookup(address)
    if leads_to is None:
        raise ModelError(f"the guest's tables do not map {address:#x}: map it, or use `guest` with an EPT of your own")
    ept = EptTables(host)
    for start in sorted({at // host_page * host_page for at in (*tables.frames, leads_to)}):
        ept = ept.map_page(start, GUEST_AT + start, host_page)
    return guest(tables, ept)


def reference_count(guest_levels: int, host_levels: int = 0) -> int:
    """How many entries a two-dimensional walk reads, (g + 1)(h + 1) - 1; with h = 0, a native walk: g.

    Source: Bhargava et al., ASPLOS 2008. The access to the data itself is not counted. Large pages and PAE paging take
    levels away: `Mode.depth` gives g and h.
    """
    return (guest_levels + 1) * (host_levels + 1) - 1
