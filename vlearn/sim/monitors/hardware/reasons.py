"""Why a VM exit happened: the basic exit reasons with Intel's numbers, and what else an exit records.

The table has the reasons that can occur in this model. Source: Intel SDM vol. 3D, appendix C, "VMX basic exit reasons";
vol. 3C, "Information for VM exits due to vectored events"; compared with the header of Linux.
"""

from collections.abc import Mapping
from dataclasses import dataclass

REASONS: Mapping[int, str] = {
    0: "exception or NMI",
    1: "external interrupt",
    2: "triple fault",
    7: "interrupt window",
    10: "CPUID",
    11: "GETSEC",
    12: "HLT",
    13: "INVD",
    14: "INVLPG",
    16: "RDTSC",
    18: "VMCALL",
    19: "VMCLEAR",
    20: "VMLAUNCH",
    21: "VMPTRLD",
    22: "VMPTRST",
    23: "VMREAD",
    24: "VMRESUME",
    25: "VMWRITE",
    26: "VMXOFF",
    27: "VMXON",
    28: "control-register access",
    30: "I/O instruction",
    31: "RDMSR",
    32: "WRMSR",
    33: "VM-entry failure due to invalid guest state",
    46: "access to GDTR or IDTR",
    47: "access to LDTR or TR",
    50: "INVEPT",
    53: "INVVPID",
    54: "WBINVD",
    55: "XSETBV",
}
EXCEPTION, EXTERNAL_INTERRUPT, TRIPLE_FAULT, INTERRUPT_WINDOW, INVALID_GUEST_STATE = 0, 1, 2, 7, 33
ENTRY_FAILURE = 1 << 31
"""The bit of the exit reason that tells a failed VM entry from an exit."""

EXTERNAL, HARDWARE_EXCEPTION, SOFTWARE_EXCEPTION = 0, 3, 6
"""Types of events in interruption information. The others are NMIs (2) and software interrupts (4, 5)."""
_ERROR_CODE, _VALID = 1 << 11, 1 << 31


@dataclass(frozen=True, slots=True)
class Interruption:
    """An event to deliver through the guest's IDT: its vector, its type, and its error code if it has one."""

    vector: int
    type: int
    error_code: int | None = None

    @property
    def word(self) -> int:
        """As the interruption-information fields hold it, with the valid bit."""
        return self.vector | self.type << 8 | (0 if self.error_code is None else _ERROR_CODE) | _VALID

    @staticmethod
    def of(word: int, error_code: int) -> "Interruption | None":
        """What such a field says; None where its valid bit is 0."""
        if not word & _VALID:
            return None
        return Interruption(word & 0xFF, word >> 8 & 7, error_code if word & _ERROR_CODE else None)


@dataclass(frozen=True, slots=True)
class Exit:
    """A VM exit as the information fields record it.

    `interruption` is the event that exited, `vectoring` the one whose delivery the exit broke off.
    """

    reason: int
    qualification: int = 0
    length: int = 0
    interruption: Interruption | None = None
    vectoring: Interruption | None = None

    @property
    def fields(self) -> dict[str, int]:
        """The VM-exit information fields."""
        event, original = self.interruption, self.vectoring
        return {
            "Exit reason": self.reason,
            "Exit qualification": self.qualification,
            "VM-exit instruction length": self.length,
            "VM-exit interruption information": event.word if event else 0,
            "VM-exit interruption error code": (event.error_code or 0) if event else 0,
            "IDT-vectoring information field": original.word if original else 0,
            "IDT-vectoring error code": (original.error_code or 0) if original else 0,
        }

    def __str__(self) -> str:
        return f"{self.reason & 0xFFFF} ({REASONS[self.reason & 0xFFFF]})"
