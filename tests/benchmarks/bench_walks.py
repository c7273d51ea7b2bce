"""Walks a second: the step model and the batch beside Unicorn's processor, which walks the same tables in the same run.

Unicorn's figure is that of a loop of guest instructions that loads from one page after another after its TLB has been
flushed, so that each load walks; it contains the loop's own three instructions a load.
"""

from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np

from vlearn.bench import Measurement, best_of
from vlearn.sim.memory import Access, PageTables, machine, translate, virtual_machine
from vlearn.sim.memory.batch import pack, translate_many
from vlearn.sim.memory.modes import MIB, TWO_LEVEL
from vlearn.trace import run

FRAME, CODE, FIRST, PAGES = 4096, 0x5000, 0x0100_0000, 2048
TABLES = (
    PageTables(TWO_LEVEL, root=0x1_0000)
    .map_page(CODE, CODE)
    .map_page(FIRST, 0x10_0000, length=PAGES * FRAME, accessed=True)
)
STEPS, BATCH = 2000, 1 << 18


def _unicorn_seconds() -> float:
    """Seconds for PAGES loads from PAGES pages with a cold TLB."""
    import unicorn
    from unicorn import x86_const as x86

    uc = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_32)
    uc.mem_map(0, 16 * MIB)
    for address, entry in TABLES.memory.items():
        uc.mem_write(address, entry.to_bytes(4, "little"))
    loop = bytes.fromhex("8b06 81c600100000 49 75f5")  # again: mov eax, [esi]; add esi, 4096; dec ecx; jnz again
    uc.mem_write(CODE, loop)
    uc.reg_write(x86.UC_X86_REG_CR3, TABLES.root)
    uc.reg_write(x86.UC_X86_REG_CR0, 1 << 31 | 1)

    def once() -> None:
        uc.reg_write(x86.UC_X86_REG_CR3, TABLES.root)
        uc.reg_write(x86.UC_X86_REG_ESI, FIRST)
        uc.reg_write(x86.UC_X86_REG_ECX, PAGES)
        uc.emu_start(CODE, CODE + len(loop))

    once()
    assert uc.reg_read(x86.UC_X86_REG_ESI) == FIRST + PAGES * FRAME
    return best_of(once)


def measure() -> Iterator[Measurement]:
    """Higher is better; the ratio says how many times the peer's rate ours is."""
    accesses = [Access(FIRST + n % PAGES * FRAME) for n in range(STEPS)]
    native, nested = machine(TABLES), virtual_machine(TABLES, ram=64 * MIB)
    addresses = FIRST + np.arange(BATCH) % PAGES * FRAME
    rates = {
        "native walks, step model": STEPS / best_of(lambda: run(translate, native, accesses), 3),
        "nested walks (14 references), step model": STEPS / best_of(lambda: run(translate, nested, accesses), 3),
    }
    for name, state in (("native walks, batch", native), ("nested walks, batch", nested)):
        packed = pack(state)
        rates[name] = BATCH / best_of(lambda packed=packed: translate_many(packed, addresses))
    peer = PAGES / _unicorn_seconds() if find_spec("unicorn") else None
    if peer:
        yield Measurement("native walks, Unicorn", peer, "walks/s")
    for name, rate in rates.items():
        yield Measurement(name, rate, "walks/s", "Unicorn, native" if peer else "", rate / peer if peer else None)
    step = rates["native walks, step model"]
    batch = rates["native walks, batch"]
    yield Measurement("batch beside step model, native", batch, "walks/s", "step model", batch / step)
