"""Many translations at once over numpy arrays: what `walk.translate` says of each address, a thousand times faster.

Every access of a batch meets the tables as they are: the A and D flags that one access would set are not there for the
next. So the result of each is that of the step model from the same state, and the state does not change.
"""

import numpy as np
from numpy.typing import ArrayLike

from vlearn.errors import ModelError
from vlearn.sim.memory.batch_block import Block, PackedMachine, Translations
from vlearn.sim.memory.entries import P
from vlearn.sim.memory.packed import ENDINGS, pack_ept, pack_frames, pack_paging, table_mask
from vlearn.sim.memory.packed_guest import pack_guest
from vlearn.sim.memory.state import Walk

__all__ = ["ENDINGS", "PackedMachine", "Translations", "pack", "translate_many"]

BLOCK = 1 << 14
"""How many accesses go down together: few enough that their arrays stay in a processor's second-level cache."""


def pack(state: Walk) -> PackedMachine:
    """Pack page tables, and for a guest the EPT, into arrays: the slow part, worth keeping for several batches."""
    registers = state.registers
    starts = registers.pdptes if registers.mode.loaded else (registers.root | P,)
    roots = np.array([start & (table_mask(registers.mode) | P) for start in starts], np.uint64)
    if state.eptp is None:
        frames = pack_frames(state.memory, registers.mode.entry_bytes)
        everywhere = np.ones(len(frames.numbers) + 1, bool)
        return PackedMachine(state, pack_paging(frames, registers), None, everywhere, roots)
    ept = pack_ept(state.memory, state.eptp)
    tables, writable = pack_guest(state, state.eptp, ept, roots[roots & P != 0])
    return PackedMachine(state, tables, ept, writable, roots)


def translate_many(
    machine: PackedMachine | Walk,
    addresses: ArrayLike,
    *,
    write: ArrayLike = False,
    execute: ArrayLike = False,
    user: ArrayLike = False,
    ac: ArrayLike = False,
) -> Translations:
    """Translate every address; the flags are one value or one for each address. Raises ModelError as `translate` does.

    An access that neither writes nor executes reads. A Walk is packed first.
    """
    if isinstance(machine, Walk):
        machine = pack(machine)
    values = np.asarray(addresses)
    if values.ndim != 1 or (values.size and values.dtype.kind not in "iu"):
        raise ModelError(f"addresses are one row of whole numbers, not {values.dtype} of shape {values.shape}")
    for extreme in (values.min(), values.max()) if values.size else ():
        machine.state.registers.mode.check_width(int(extreme))
    address = values.astype(np.uint64)
    given = [np.asarray(flag, bool) for flag in (write, execute, user, ac)]
    if any(flag.shape not in ((), address.shape) for flag in given):
        raise ModelError(f"flags are one value or {len(address)}, one for each address")
    writes, executes, users, acs = (np.broadcast_to(flag, address.shape) for flag in given)
    if np.any(given[0] & given[1]):
        raise ModelError("an access cannot both write and execute: set one flag, or neither to read")
    result = Translations.blank(len(address))
    for begin in range(0, len(address), BLOCK):
        part = slice(begin, begin + BLOCK)
        flags = writes[part], executes[part], users[part], acs[part]
        Block(machine, address[part], *flags, result.part(part)).walk()
    return result
