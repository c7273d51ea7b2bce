"""A RISC-V hart in the small: the instructions of supervisor software, without and with the hypervisor extension H.

With H, a hart runs with V = 0 (HS and U) or V = 1 (VS and VU), and has the supervisor CSRs twice: an access to `satp`
with V = 1 reaches `vsatp`. What VS and VU may not do raises a virtual-instruction exception, which goes to HS.

Left out: memory, the TLB (so fences do nothing), M-mode's own instructions, counters and time, nested `vs` interrupts.
A WFI that may not wait traps at once, which is one of the times that the manual allows. Source: The RISC-V Instruction
Set Manual, vol. II, chapters "Supervisor-Level ISA" and "H Extension for Hypervisor Support".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

MASK = 0xFFFF_FFFF
HANDLER = 0x80
"""Where stvec points."""


@dataclass(frozen=True, slots=True)
class SupervisorCsrs:
    """One set of them: `satp` the root of the page tables, SIE and SPP of `sstatus`, and `sepc`."""

    satp: int
    sie: int = 1
    spp: str = "U"
    sepc: int = 0x40

    def set(self, name: str, value: int) -> "SupervisorCsrs":
        """With another value in the CSR of that name."""
        changes: dict[str, Any] = {name: value}
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Hart:
    """`level` is the nominal privilege, S or U; `csrs` are those in use, `others` those of the other V.

    `hgatp` places the guest's memory, `spv` is where SRET goes from HS, and VTSR, VTVM and VTW of hstatus say which
    instructions trap from VS. A hart without H has V = 0 for ever.
    """

    level: str
    virtual: bool
    csrs: SupervisorCsrs
    others: SupervisorCsrs
    a0: int = 0
    pc: int = 0x10
    hgatp: int = 0
    spv: bool = False
    vtsr: bool = False
    vtvm: bool = False
    vtw: bool = True
    waiting: bool = False

    @property
    def world(self) -> str:
        """S, U, VS or VU."""
        return "V" * self.virtual + self.level

    def next(self) -> "Hart":
        """pc moves on."""
        return replace(self, pc=self.pc + 4)

    def enter_handler(self) -> "Hart":
        """The state after an exception that S (with H: HS) handles."""
        used, spare = (self.others, self.csrs) if self.virtual else (self.csrs, self.others)
        csrs = replace(used, sepc=self.pc, spp=self.level, sie=0)
        return replace(self, level="S", virtual=False, csrs=csrs, others=spare, pc=HANDLER, spv=self.virtual)


class HartTrap(Exception):
    """An exception, by its cause."""


ILLEGAL, VIRTUAL, CALL = "illegal instruction", "virtual instruction", "environment call"
Effect: TypeAlias = Callable[[Hart], Hart]


def supervisor(effect: Effect, *, intercept: str = "") -> Effect:
    """An instruction of S; from VS it traps if the named bit of hstatus says so."""

    def execute(hart: Hart) -> Hart:
        if hart.level == "U":
            raise HartTrap(VIRTUAL if hart.virtual else ILLEGAL)
        if hart.virtual and intercept and getattr(hart, intercept):
            raise HartTrap(VIRTUAL)
        return effect(hart)

    return execute


def hypervisor(effect: Effect) -> Effect:
    """An instruction of HS."""

    def execute(hart: Hart) -> Hart:
        if hart.virtual or hart.level == "U":
            raise HartTrap(VIRTUAL if hart.virtual else ILLEGAL)
        return effect(hart)

    return execute


def read_csr(name: str) -> Effect:
    """a0 becomes a supervisor CSR of the set in use."""
    return lambda hart: replace(hart, a0=getattr(hart.csrs, name)).next()


def write_csr(name: str) -> Effect:
    """A supervisor CSR of the set in use becomes a0."""
    return lambda hart: replace(hart, csrs=hart.csrs.set(name, hart.a0)).next()


def _sret(hart: Hart) -> Hart:
    csrs = replace(hart.csrs, spp="U", sie=1)
    after = replace(hart, level=hart.csrs.spp, csrs=csrs, pc=hart.csrs.sepc)
    if hart.virtual or not hart.spv:
        return after
    return replace(after, virtual=True, csrs=hart.others, others=csrs, spv=False)


def _ecall(hart: Hart) -> Hart:
    raise HartTrap(CALL)


BASE: Mapping[str, Effect] = {
    "addi a0, a0, 1": lambda hart: replace(hart, a0=hart.a0 + 1 & MASK).next(),
    "jal +8": lambda hart: replace(hart, pc=hart.pc + 8),
    "ecall": _ecall,
    "csrr a0, sstatus": supervisor(read_csr("sie")),
    "csrw sstatus, a0": supervisor(write_csr("sie")),
    "csrr a0, sepc": supervisor(read_csr("sepc")),
    "csrw sepc, a0": supervisor(write_csr("sepc")),
    "csrr a0, satp": supervisor(read_csr("satp"), intercept="vtvm"),
    "csrw satp, a0": supervisor(write_csr("satp"), intercept="vtvm"),
    "sfence.vma": supervisor(Hart.next, intercept="vtvm"),
    "sret": supervisor(_sret, intercept="vtsr"),
    "wfi": supervisor(lambda hart: replace(hart, waiting=True).next(), intercept="vtw"),
}
"""Instructions of a hart with or without H; `sstatus` stands for its bit SIE."""

WITH_H: Mapping[str, Effect] = {
    **BASE,
    "csrr a0, hgatp": hypervisor(lambda hart: replace(hart, a0=hart.hgatp).next()),
    "csrw hgatp, a0": hypervisor(lambda hart: replace(hart, hgatp=hart.a0).next()),
    "csrr a0, vsatp": hypervisor(lambda hart: replace(hart, a0=hart.others.satp).next()),
    "csrw vsatp, a0": hypervisor(lambda hart: replace(hart, others=replace(hart.others, satp=hart.a0)).next()),
    "hfence.gvma": hypervisor(Hart.next),
    "hlv.w a0, (a0)": hypervisor(lambda hart: replace(hart, a0=hart.hgatp ^ hart.a0).next()),
}
"""`hlv.w` loads a word of the guest's memory: here the word at each address tells the place of that memory."""
