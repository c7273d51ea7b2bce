"""The bits of CR0 and CR4 that the model knows, the MSRs it has, and what CPUID answers.

Left out: leaving protected mode (a load of CR0 with PE = 0 is refused), PAE and long mode, caches, the x87 and its #NM.
Source: Intel SDM vol. 3A, "Control registers"; vol. 4 for the MSRs; vol. 2, CPUID.
"""

from immutables import Map

PE, MP, EM, CR0_TS, ET, NE, WP, AM, NW, CD, PG = (1 << n for n in (0, 1, 2, 3, 4, 5, 16, 18, 29, 30, 31))
CR0_BITS = PE | MP | EM | CR0_TS | ET | NE | WP | AM | NW | CD | PG
TSD, PSE, PGE, UMIP, SMEP, SMAP = (1 << n for n in (2, 4, 7, 11, 20, 21))
CR4_BITS = TSD | PSE | PGE | UMIP | SMEP | SMAP
"""Any other bit of CR4 is reserved in this processor: to set one is #GP(0)."""

IA32_TSC, SYSENTER_CS, SYSENTER_ESP, SYSENTER_EIP = 0x10, 0x174, 0x175, 0x176
MSRS: Map[int, int] = Map({SYSENTER_CS: 0, SYSENTER_ESP: 0, SYSENTER_EIP: 0})
"""The MSRs at reset, besides the time-stamp counter; RDMSR or WRMSR of any other is #GP(0)."""


def _words(text: str) -> tuple[int, ...]:
    return tuple(int.from_bytes(text[n : n + 4].encode(), "little") for n in (0, 4, 8))


_B, _D, _C = _words("vlearn-x86  ")
CPUID: Map[int, tuple[int, int, int, int]] = Map(
    {
        0: (7, _B, _C, _D),
        1: (0x600, 0, 0, 1 << 3 | 1 << 4 | 1 << 5 | 1 << 13),  # PSE, TSC, MSR, PGE
        7: (0, 1 << 7 | 1 << 20, 1 << 2, 0),  # SMEP, SMAP; UMIP
    }
)
"""EAX, EBX, ECX, EDX for each leaf of CPUID. Bit 31 of leaf 1's ECX, "a hypervisor is here", is 0 on bare metal."""
