"""The fields of the VMCS with Intel's names, by area; and what is not among them.

An encoding says what a field is: bits 11:10 its type (control, information, guest, host), 14:13 its width, 9:1 its
number. Only fields that act in this model are here, so VMREAD of another one fails as of one that a processor does
not have: among these are the debug, PAT, EFER and APIC fields, and the lists of MSRs. Source: Intel SDM vol. 3D,
appendix B, "Field encoding in VMCS"; compared with the header of Linux.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GUEST, HOST = "guest-state area", "host-state area"
EXECUTION, EXIT, ENTRY = "VM-execution control fields", "VM-exit control fields", "VM-entry control fields"
INFORMATION = "VM-exit information fields"
AREAS = (GUEST, HOST, EXECUTION, EXIT, ENTRY, INFORMATION)

SEGMENT_FIELDS = ("ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR")
HOST_SELECTORS = ("ES", "CS", "SS", "DS", "FS", "GS", "TR")
"""In the order of their encodings."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the VMCS."""

    name: str
    encoding: int
    area: str

    @property
    def width(self) -> str:
        """`16-bit`, `64-bit`, `32-bit` or `natural`: as wide as the processor's registers."""
        return ("16-bit", "64-bit", "32-bit", "natural")[self.encoding >> 13 & 3]

    @property
    def bits(self) -> int:
        """The width on this processor, whose registers have 32 bits."""
        return {"16-bit": 16, "64-bit": 64}.get(self.width, 32)

    @property
    def read_only(self) -> bool:
        """VMWRITE cannot change what an exit left behind, on a processor of the first generations."""
        return self.encoding >> 10 & 3 == 1


_GUEST = {
    **{0x0800 + 2 * n: f"Guest {name} selector" for n, name in enumerate(SEGMENT_FIELDS)},
    0x2800: "VMCS link pointer",
    **{0x4800 + 2 * n: f"Guest {name} limit" for n, name in enumerate((*SEGMENT_FIELDS, "GDTR", "IDTR"))},
    **{0x4814 + 2 * n: f"Guest {name} access rights" for n, name in enumerate(SEGMENT_FIELDS)},
    0x4824: "Guest interruptibility state",
    0x4826: "Guest activity state",
    0x482A: "Guest IA32_SYSENTER_CS",
    0x6800: "Guest CR0",
    0x6802: "Guest CR3",
    0x6804: "Guest CR4",
    **{0x6806 + 2 * n: f"Guest {name} base" for n, name in enumerate((*SEGMENT_FIELDS, "GDTR", "IDTR"))},
    0x681C: "Guest RSP",
    0x681E: "Guest RIP",
    0x6820: "Guest RFLAGS",
    0x6824: "Guest IA32_SYSENTER_ESP",
    0x6826: "Guest IA32_SYSENTER_EIP",
}
_HOST = {
    **{0x0C00 + 2 * n: f"Host {name} selector" for n, name in enumerate(HOST_SELECTORS)},
    0x4C00: "Host IA32_SYSENTER_CS",
    0x6C00: "Host CR0",
    0x6C02: "Host CR3",
    0x6C04: "Host CR4",
    **{0x6C06 + 2 * n: f"Host {name} base" for n, name in enumerate(("FS", "GS", "TR", "GDTR", "IDTR"))},
    0x6C10: "Host IA32_SYSENTER_ESP",
    0x6C12: "Host IA32_SYSENTER_EIP",
    0x6C14: "Host RSP",
    0x6C16: "Host RIP",
}
_EXECUTION = {
    0x0000: "Virtual-processor identifier (VPID)",
    0x2000: "Address of I/O bitmap A",
    0x2002: "Address of I/O bitmap B",
    0x2004: "Address of MSR bitmaps",
    0x2010: "TSC offset",
    0x201A: "EPT pointer",
    0x4000: "Pin-based VM-execution controls",
    0x4002: "Primary processor-based VM-execution controls",
    0x4004: "Exception bitmap",
    0x4006: "Page-fault error-code mask",
    0x4008: "Page-fault error-code match",
    0x400A: "CR3-target count",
    0x401E: "Secondary processor-based VM-execution controls",
    0x6000: "CR0 guest/host mask",
    0x6002: "CR4 guest/host mask",
    0x6004: "CR0 read shadow",
    0x6006: "CR4 read shadow",
    **{0x6008 + 2 * n: f"CR3-target value {n}" for n in range(4)},
}
_EXIT = {0x400C: "VM-exit controls"}
_ENTRY = {
    0x4012: "VM-entry controls",
    0x4016: "VM-entry interruption-information field",
    0x4018: "VM-entry exception error code",
    0x401A: "VM-entry instruction length",
}
_INFORMATION = {
    0x4400: "VM-instruction error",
    0x4402: "Exit reason",
    0x4404: "VM-exit interruption information",
    0x4406: "VM-exit interruption error code",
    0x4408: "IDT-vectoring information field",
    0x440A: "IDT-vectoring error code",
    0x440C: "VM-exit instruction length",
    0x6400: "Exit qualification",
}

FIELDS: Mapping[str, Field] = {
    name: Field(name, encoding, area)
    for area, names in zip(AREAS, (_GUEST, _HOST, _EXECUTION, _EXIT, _ENTRY, _INFORMATION), strict=True)
    for encoding, name in names.items()
}
"""Every field by its name."""
BY_ENCODING: Mapping[int, Field] = {field.encoding: field for field in FIELDS.values()}

NOT_IN_THE_VMCS = ("EAX", "ECX", "EDX", "EBX", "EBP", "ESI", "EDI", "CR2", "x87 and vector registers", "DR0 to DR6")
"""The monitor saves these itself. The last two exist on real processors; this one lacks them."""
