"""The control bits of the VMCS: which there are, and sets of them that a monitor may choose.

The table has the controls that mean something on this processor. Left out, as the instructions they are about do not
exist here: MWAIT, MONITOR, PAUSE, RDPMC, MOV DR and CR8 (64-bit) exiting, RDTSCP, INVPCID; and NMIs, the APIC, the
preemption timer. The bits that a real processor wants to be 1 (`default1`) are left out as well. Source: Intel SDM vol.
3C, "VM-execution control fields", "VM-exit control fields".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu.control import IA32_TSC, NE

PIN, PRIMARY = "Pin-based VM-execution controls", "Primary processor-based VM-execution controls"
SECONDARY, AT_EXIT = "Secondary processor-based VM-execution controls", "VM-exit controls"
VMXE = 1 << 13
"""The bit of CR4 that VMXON wants; it stays 1 in non-root operation, and the guest does not see it."""


@dataclass(frozen=True, slots=True)
class Control:
    """One bit of a control field, and what it does when it is 1."""

    name: str
    field: str
    position: int
    effect: str


CONTROLS: Mapping[str, Control] = {
    control.name: control
    for control in (
        Control("External-interrupt exiting", PIN, 0, "an interrupt from a device exits, whatever the guest's IF"),
        Control("Interrupt-window exiting", PRIMARY, 2, "exits as soon as the guest could take an interrupt"),
        Control("Use TSC offsetting", PRIMARY, 3, "RDTSC adds the TSC offset to what it reads"),
        Control("HLT exiting", PRIMARY, 7, "HLT exits"),
        Control("INVLPG exiting", PRIMARY, 9, "INVLPG exits"),
        Control("RDTSC exiting", PRIMARY, 12, "RDTSC exits"),
        Control("CR3-load exiting", PRIMARY, 15, "MOV to CR3 exits, but for the CR3-target values"),
        Control("CR3-store exiting", PRIMARY, 16, "MOV from CR3 exits"),
        Control("Unconditional I/O exiting", PRIMARY, 24, "IN and OUT exit, unless I/O bitmaps are used"),
        Control("Use I/O bitmaps", PRIMARY, 25, "IN and OUT exit for the ports in the bitmaps"),
        Control("Use MSR bitmaps", PRIMARY, 28, "RDMSR and WRMSR exit only for the MSRs in the bitmaps"),
        Control("Activate secondary controls", PRIMARY, 31, "the secondary controls count; else they are 0"),
        Control("Enable EPT", SECONDARY, 1, "guest-physical addresses go through the EPT"),
        Control("Descriptor-table exiting", SECONDARY, 2, "LGDT, LIDT, LLDT, LTR, SGDT, SIDT, SLDT, STR exit"),
        Control("Enable VPID", SECONDARY, 5, "TLB entries carry the number of the virtual processor"),
        Control("WBINVD exiting", SECONDARY, 6, "WBINVD exits"),
        Control("Unrestricted guest", SECONDARY, 7, "the guest may run with CR0.PE or CR0.PG 0"),
        Control("Acknowledge interrupt on exit", AT_EXIT, 15, "such an exit takes the interrupt and says its vector"),
    )
}


@dataclass(frozen=True, slots=True)
class Bitmaps:
    """What the pages of the I/O and MSR bitmaps say: the ports, and the MSRs, whose access exits."""

    ports: frozenset[int] = frozenset()
    msr_reads: frozenset[int] = frozenset()
    msr_writes: frozenset[int] = frozenset({IA32_TSC})


NO_BITMAPS = Bitmaps(frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a monitor chooses about exits: controls by name, and the fields that refine them.

    The masks say which bits of CR0 and CR4 are the host's. NE and VMXE have to be, as VMX operation fixes them. The
    usual MSR bitmaps let the guest have its MSRs, all but the time-stamp counter, of which there is only one.
    """

    controls: frozenset[str]
    exceptions: frozenset[int] = frozenset()
    cr3_targets: tuple[int, ...] = ()
    cr0_mask: int = NE
    cr4_mask: int = VMXE
    bitmaps: Bitmaps = Bitmaps()

    def __post_init__(self) -> None:
        for name in self.controls:
            if name not in CONTROLS:
                raise ModelError(f"no VM-execution control is called {name!r}{did_you_mean(name, CONTROLS)}")
        if len(self.cr3_targets) > 4:
            raise ModelError(f"there is room for four CR3-target values, not for {len(self.cr3_targets)}")


def settings(controls: Iterable[str], exceptions: Iterable[int] = (), cr3_targets: Iterable[int] = ()) -> Settings:
    """Settings from control names, with the secondary controls activated where one is named."""
    names = frozenset(controls)
    if any(name in CONTROLS and CONTROLS[name].field == SECONDARY for name in names):
        names |= {"Activate secondary controls"}
    return Settings(names, frozenset(exceptions), tuple(cr3_targets))


def control_words(controls: Iterable[str]) -> dict[str, int]:
    """The values of the four control fields."""
    words = {PIN: 0, PRIMARY: 0, SECONDARY: 0, AT_EXIT: 0}
    for name in controls:
        control = CONTROLS[name]
        words[control.field] |= 1 << control.position
    return words


_BASE = ("External-interrupt exiting", "Acknowledge interrupt on exit", "Use TSC offsetting")
MINIMAL = settings(
    (*_BASE, "HLT exiting", "Unconditional I/O exiting", "Use MSR bitmaps", "Enable EPT", "Unrestricted guest")
)
"""What must stay the monitor's and no more: devices, interrupts, the processor's time, memory."""
EVERYTHING = Settings(
    frozenset(CONTROLS) - {"Interrupt-window exiting", "Use MSR bitmaps", "Use I/O bitmaps", "Enable VPID"},
    exceptions=frozenset(range(32)),
    cr0_mask=0xFFFF_FFFF,
    cr4_mask=0xFFFF_FFFF,
    bitmaps=NO_BITMAPS,
)
"""Whatever can be made to exit, exits."""
