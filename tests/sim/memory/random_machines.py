"""Hypothesis strategies: page tables with some bits flipped, machines and guests on them, accesses that meet them."""

from dataclasses import dataclass, replace

from hypothesis import assume
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.memory import (
    EPT_MODES,
    GIB,
    KIB,
    MIB,
    MODES,
    Access,
    EptTables,
    Mode,
    PageTables,
    Walk,
    guest,
    machine,
)

PHYSICAL_BITS = 40
RAM = 16 * MIB
FLIPS = (0, 1, 2, 5, 6, 7, 8, 12, 13, 20, 21, 28, 40, 45, 51, 52, 62, 63)
CONTROL = ("wp", "nxe", "pse", "smep", "smap")
ROOT = 0x1_0000
ALL_MODES = tuple(MODES.values())


@dataclass(frozen=True)
class Scene:
    """Tables and the pages that were mapped in them, before any bit was flipped."""

    tables: PageTables
    pages: tuple[tuple[int, int], ...]


@st.composite
def scenes(draw, modes=ALL_MODES, flips=3, program=None):
    """Up to five pages that share tables, with rights drawn for each, and then some bits flipped.

    `program` is (address, user): a page that is mapped to itself before anything else.
    """
    mode: Mode = draw(st.sampled_from(modes))
    tables = PageTables(mode, ROOT, physical_bits=PHYSICAL_BITS)
    if program:
        tables = tables.map_page(program[0], program[0], user=program[1])
    pages = []
    for _ in range(draw(st.integers(1, 5))):
        size = draw(st.sampled_from(mode.page_sizes))
        address = draw(linear(mode)) // size * size
        physical = draw(st.integers(4, 15)) * MIB // size * size + (draw(st.integers(0, 255)) * 4 * KIB) // size * size
        rights = {name: draw(st.booleans()) for name in ("writable", "user", "accessed", "dirty")}
        executable = mode.entry_bytes == 4 or draw(st.booleans())
        try:
            tables = tables.map_page(address, physical, size, executable=executable, **rights)
        except ModelError:  # it overlaps an earlier page
            continue
        pages.append((address, size))
    assume(pages)
    for _ in range(draw(st.integers(0, flips))):
        tables = replace(tables, memory=flipped(draw, tables.memory, mode.entry_bytes))
    return Scene(tables, tuple(pages))


def linear(mode):
    """Canonical addresses that often share the upper levels."""
    parts = [st.sampled_from((0x40_0000, 0x80_0000, 0xC020_0000)), st.integers(0, 3).map(lambda n: n * 4 * KIB)]
    if mode.register_bits == 64:
        high = (1 << 64) - (1 << mode.linear_bits - 1)
        parts.append(st.sampled_from((0, GIB << 3, 1 << 39, 1 << mode.linear_bits - 2, high)))
    return st.tuples(*parts).map(sum)


def flipped(draw, memory, entry_bytes):
    at = draw(st.sampled_from(sorted(memory)))
    bit = draw(st.sampled_from([bit for bit in FLIPS if bit < 8 * entry_bytes]))
    return memory.set(at, memory[at] ^ 1 << bit)


@st.composite
def natives(draw, **options):
    """A native machine and its scene."""
    scene = draw(scenes(**options))
    control = {name: draw(st.booleans()) for name in CONTROL}
    return machine(scene.tables, **control), scene


@st.composite
def guests(draw, **options):
    """A guest behind an EPT in which up to two entries on the way to something are damaged."""
    scene = draw(scenes(**options))
    host = draw(st.sampled_from(tuple(EPT_MODES.values())))
    ept = EptTables(host, 0x1000, physical_bits=PHYSICAL_BITS)
    ept = ept.map_page(0, GIB, draw(st.sampled_from(host.page_sizes[:2])), length=RAM)
    for _ in range(draw(st.integers(0, 2))):
        needed = sorted({address & -4096 for address in scene.tables.memory})
        place = draw(st.sampled_from(ept.path(draw(st.sampled_from(needed)))))
        bit = draw(st.sampled_from((0, 1, 1, 2, 3, 4, 45)))
        ept = replace(ept, memory=ept.memory.set(place.address, place.entry ^ 1 << bit))
    control = {name: draw(st.booleans()) for name in CONTROL}
    state = guest(scene.tables, ept, accessed_dirty=draw(st.booleans()), **control)
    return replace(state, eptp=replace(state.eptp, execute_only=draw(st.booleans()))), scene


@st.composite
def accesses(draw, state: Walk, scene: Scene, astray=True):
    """An access to a mapped page, or now and then to an address one bit away from it."""
    page, size = draw(st.sampled_from(scene.pages))
    address = page + draw(st.sampled_from((0, 16, size // 2, size - 16)))
    if astray and draw(st.integers(0, 4)) == 0:
        address ^= 1 << draw(st.integers(12, state.registers.mode.register_bits - 1))
    return Access(
        address, draw(st.sampled_from(("read", "write", "execute"))), draw(st.booleans()), draw(st.booleans())
    )
