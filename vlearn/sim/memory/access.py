"""An access to memory, the registers that govern it, the rights that meet it, and the ways it can end.

Left out: protection keys, shadow stacks, implicit supervisor accesses, and the #SS that a non-canonical stack reference
raises instead of #GP. Source: Intel SDM vol. 3A, "Paging", sections "Access rights" and "Page-fault exceptions"; vol.
3C, "Exit qualification for EPT violations".
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.memory.entries import EPT_R, EPT_RWX, EPT_W, EPT_X, RW, US, XD, bits
from vlearn.sim.memory.modes import EPT4, Mode

Kind = Literal["read", "write", "execute"]


@dataclass(frozen=True, slots=True)
class Access:
    """One access to a linear address, by user mode (CPL 3) or supervisor mode. `ac` is EFLAGS.AC, for SMAP."""

    address: int
    kind: Kind = "read"
    user: bool = False
    ac: bool = False

    def __str__(self) -> str:
        return f"{'user' if self.user else 'supervisor'} {self.kind} of {self.address:#x}"


@dataclass(frozen=True, slots=True)
class Registers:
    """What governs a walk: CR3, the bits of CR0, CR4 and IA32_EFER that it consults, and MAXPHYADDR.

    `pdptes` are the four PDPTE registers of PAE paging, which MOV to CR3 loads (see `cr3`).
    """

    mode: Mode
    cr3: int
    wp: bool = True
    pse: bool = True
    nxe: bool = True
    smep: bool = False
    smap: bool = False
    pge: bool = True
    pcide: bool = False
    physical_bits: int = 46
    pdptes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        expected = 4 if self.mode.loaded else 0
        if len(self.pdptes) != expected:
            raise ModelError(f"{self.mode.name} has {expected} PDPTE registers, not {len(self.pdptes)}")

    @property
    def root(self) -> int:
        """The physical address of the structure at the root; a PAE page-directory-pointer table is 32-byte aligned."""
        if self.mode.loaded:
            return self.cr3 & bits(31, 5)
        return self.cr3 & bits(31 if self.mode.entry_bytes == 4 else 51, 12)

    @property
    def pcid(self) -> int:
        """The process-context identifier: CR3 bits 11:0 with CR4.PCIDE, otherwise 0."""
        return self.cr3 & bits(11, 0) if self.pcide else 0


@dataclass(frozen=True, slots=True)
class Eptp:
    """The EPT pointer, a field of the VMCS: where the EPT's root is, its depth, and whether it keeps A and D flags."""

    root: int
    mode: Mode = EPT4
    accessed_dirty: bool = False
    execute_only: bool = True
    physical_bits: int = 46

    @property
    def value(self) -> int:
        """The 64-bit field: root, A/D enable (bit 6), walk length minus 1 (bits 5:3), memory type WB (bits 2:0)."""
        return self.root | self.accessed_dirty << 6 | len(self.mode.levels) - 1 << 3 | 6


@dataclass(frozen=True, slots=True)
class Rights:
    """What every entry of a walk so far allows: R/W and U/S are ANDed from level to level, XD is ORed."""

    writable: bool = True
    user: bool = True
    executable: bool = True

    def limited_by(self, entry: int) -> "Rights":
        """The rights that remain below an entry."""
        return Rights(
            self.writable and bool(entry & RW), self.user and bool(entry & US), self.executable and not entry & XD
        )

    def allow(self, access: Access, registers: Registers) -> bool:
        """Whether the access may touch a page with these rights."""
        if access.kind == "execute" and not self.executable:
            return False
        if access.user:
            return self.user and (self.writable or access.kind != "write")
        if access.kind == "execute":
            return not (self.user and registers.smep)
        if self.user and registers.smap and not access.ac:
            return False
        return self.writable or access.kind != "write" or not registers.wp


ALL_RIGHTS = Rights()


@dataclass(frozen=True, slots=True)
class Translation:
    """The access goes to `physical`. The rest is what a TLB would keep: page size, rights, and the leaf's D and G.

    In a guest `page_size` is the smaller of the two dimensions' pages, and `guest_page_size` that of its own.
    """

    physical: int
    page_size: int
    rights: Rights
    dirty: bool
    global_page: bool
    guest_physical: int | None = None
    guest_page_size: int | None = None
    ept_rights: int = EPT_RWX


@dataclass(frozen=True, slots=True)
class PageFault:
    """#PF, exception 14: the error code that the processor pushes, and CR2."""

    error_code: int
    cr2: int


@dataclass(frozen=True, slots=True)
class GeneralProtection:
    """#GP(0), exception 13: the address is not canonical, or MOV to CR3 met a PDPTE with reserved bits set."""

    address: int


@dataclass(frozen=True, slots=True)
class EptViolation:
    """A VM exit, reason 48: the EPT does not allow an access to a guest-physical address.

    `linear` is the guest-linear address, absent for the PDPTEs that MOV to CR3 loads.
    """

    qualification: int
    guest_physical: int
    linear: int | None


@dataclass(frozen=True, slots=True)
class EptMisconfiguration:
    """A VM exit, reason 49: an EPT entry has a setting that the processor does not support. No qualification."""

    guest_physical: int


Outcome: TypeAlias = Translation | PageFault | GeneralProtection | EptViolation | EptMisconfiguration

ERROR_CODE = (("P", 0), ("W/R", 1), ("U/S", 2), ("RSVD", 3), ("I/D", 4))
"""The bits of a page fault's error code. P is 0 if an entry was not present, 1 if rights or reserved bits forbade."""

EXIT_QUALIFICATION = (
    ("data read", 0), ("data write", 1), ("instruction fetch", 2),
    ("readable", 3), ("writable", 4), ("executable", 5),
    ("linear address valid", 7), ("final translation", 8),
)  # fmt: skip
"""The bits of the exit qualification of an EPT violation that this model sets."""


def error_code(access: Access, registers: Registers, present: bool, reserved: bool = False) -> int:
    """The error code of a page fault. I/D is reported only where fetches can be told from reads: NXE or SMEP."""
    has_xd = registers.nxe and registers.mode.entry_bytes == 8
    fetch = access.kind == "execute" and (has_xd or registers.smep)
    return present | (access.kind == "write") << 1 | access.user << 2 | reserved << 3 | fetch << 4


def named_bits(table: tuple[tuple[str, int], ...], value: int) -> tuple[str, ...]:
    """The names in ERROR_CODE or EXIT_QUALIFICATION of the bits that are 1."""
    return tuple(name for name, position in table if value >> position & 1)


EPT_WANTED: dict[Kind, int] = {"read": EPT_R, "write": EPT_W, "execute": EPT_X}
"""Which right an access needs of every EPT entry on its way."""
