"""Which form of the instruction table a mnemonic with operands means, and what to say if there is none."""

from collections.abc import Mapping
from typing import TypeAlias

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu.forms import Form
from vlearn.sim.cpu.instructions import MNEMONICS
from vlearn.sim.cpu.operands import MemoryOperand, Operand

Table: TypeAlias = Mapping[str, tuple[Form, ...]]
ALIASES = {
    "jz": "je", "jnz": "jne", "jc": "jb", "jnc": "jae", "jnae": "jb", "jnb": "jae", "jna": "jbe", "jnbe": "ja",
    "jnge": "jl", "jnl": "jge", "jng": "jle", "jnle": "jg", "jpe": "jp", "jpo": "jnp",
    "iretd": "iret", "pushfd": "pushf", "popfd": "popf", "pushad": "pusha", "popad": "popa",
    "sal": "shl", "retn": "ret",
}  # fmt: skip
"""Other names of the same instructions."""


def form_for(mnemonic: str, operands: tuple[Operand, ...], table: Table = MNEMONICS) -> Form:
    """The first form that has these operands. Raises ModelError that says which forms there are."""
    mnemonic = ALIASES.get(mnemonic, mnemonic)
    if mnemonic not in table:
        raise ModelError(f"unknown mnemonic {mnemonic!r}{did_you_mean(mnemonic, (*table, *ALIASES))}")
    forms = [form for form in table[mnemonic] if form.fit(operands) is not None]
    given = ", ".join(map(str, operands)) or "no operands"
    if not forms:
        has = "; ".join(map(str, table[mnemonic]))
        raise ModelError(f"{mnemonic} cannot have {given}; its forms are: {has}")
    if any(isinstance(operand, MemoryOperand) and not operand.size for operand in operands):
        sizes = {o.size for form in forms for o in form.fit(operands) or () if isinstance(o, MemoryOperand)}
        if len(sizes) > 1:
            raise ModelError(f"the size of {given} is open: write byte, word or dword before the `[`")
    return forms[0]
