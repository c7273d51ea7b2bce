"""What a VM entry loads and a VM exit saves and loads: between the registers and the areas of the VMCS.

There is one set of registers. An entry fills it from the guest-state area, an exit saves it there and fills it from the
host-state area. The general registers but ESP, and CR2, stay as they are: they are the monitor's to exchange. Left out:
the lists of MSRs, debug registers. Source: Intel SDM vol. 3C, "Loading guest state", "Saving guest state", "Loading
host state".
"""

from dataclasses import replace

from immutables import Map

from vlearn.sim.cpu import Cpu, Descriptor, Segment, TableRegister
from vlearn.sim.cpu.control import ET, NE, PE, PG, SYSENTER_CS, SYSENTER_EIP, SYSENTER_ESP, WP
from vlearn.sim.cpu.descriptors import BUSY_TSS, NO_DESCRIPTOR, PRESENT
from vlearn.sim.cpu.eflags import ALWAYS_ONE, IF
from vlearn.sim.cpu.state import ESP
from vlearn.sim.monitors.hardware.controls import VMXE
from vlearn.sim.monitors.hardware.fields import HOST_SELECTORS, SEGMENT_FIELDS
from vlearn.sim.monitors.hardware.vmcs import Vmcs
from vlearn.sim.monitors.vm import RAM

BY_STI, BY_MOV_SS = 1, 2
"""Bits of the interruptibility state: what holds interrupts off for one instruction."""
ACTIVE, HLT, SHUTDOWN = 0, 1, 2
"""Activity states."""
UNUSABLE = 1 << 16
"""The bit of the access rights of a segment register that holds no segment."""
_SYSENTER = {"CS": SYSENTER_CS, "ESP": SYSENTER_ESP, "EIP": SYSENTER_EIP}

HOST_STATE = {
    "Host CR0": PE | NE | WP | ET | PG,
    "Host CR3": RAM + 0x1_0000,
    "Host CR4": VMXE,
    **{f"Host {name} selector": 0x10 for name in ("ES", "SS", "DS")},
    "Host CS selector": 0x08,
    "Host TR selector": 0x18,
    "Host GDTR base": RAM + 0x1_1000,
    "Host IDTR base": RAM + 0x1_2000,
    "Host TR base": RAM + 0x1_3000,
    "Host RSP": RAM + 0x1_6000,
    "Host RIP": RAM + 0x2_0000,
}
"""The monitor's own state: a kernel in ring 0 whose code, tables and stack lie above the guest's memory."""


def guest_state(cpu: Cpu) -> dict[str, int]:
    """The guest-state area for what these registers hold."""
    fields = {
        "Guest CR0": cpu.cr0, "Guest CR3": cpu.cr3, "Guest CR4": cpu.cr4,
        "Guest RSP": cpu.registers[ESP], "Guest RIP": cpu.eip, "Guest RFLAGS": cpu.eflags,
        "Guest GDTR base": cpu.gdtr.base, "Guest GDTR limit": cpu.gdtr.limit,
        "Guest IDTR base": cpu.idtr.base, "Guest IDTR limit": cpu.idtr.limit,
        "Guest activity state": SHUTDOWN if cpu.shutdown else HLT if cpu.halted else ACTIVE,
        "Guest interruptibility state": (BY_STI if cpu.eflags & IF else BY_MOV_SS) if cpu.shadow else 0,
    }  # fmt: skip
    for name, number in _SYSENTER.items():
        fields[f"Guest IA32_SYSENTER_{name}"] = cpu.msrs.get(number, 0)
    for name, segment in zip(SEGMENT_FIELDS, (*cpu.segments, cpu.ldtr, cpu.tr), strict=True):
        found = segment.descriptor
        fields[f"Guest {name} selector"] = segment.selector
        fields[f"Guest {name} base"] = found.base
        fields[f"Guest {name} limit"] = found.limit
        fields[f"Guest {name} access rights"] = found.access | found.flags << 12 if found.present else UNUSABLE
    return fields


def load_guest(vmcs: Vmcs, cpu: Cpu) -> Cpu:
    """The registers after the guest-state area has been loaded into them."""
    *segments, ldtr, tr = (_segment(vmcs, name) for name in SEGMENT_FIELDS)
    return replace(
        cpu.set_register(ESP, vmcs["Guest RSP"]),
        eip=vmcs["Guest RIP"],
        eflags=vmcs["Guest RFLAGS"],
        segments=tuple(segments),
        ldtr=ldtr,
        tr=tr,
        gdtr=TableRegister(vmcs["Guest GDTR base"], vmcs["Guest GDTR limit"]),
        idtr=TableRegister(vmcs["Guest IDTR base"], vmcs["Guest IDTR limit"]),
        cr0=vmcs["Guest CR0"],
        cr3=vmcs["Guest CR3"],
        cr4=vmcs["Guest CR4"],
        msrs=_sysenter(vmcs, "Guest", cpu),
        shadow=bool(vmcs["Guest interruptibility state"] & (BY_STI | BY_MOV_SS)),
        halted=vmcs["Guest activity state"] == HLT,
        shutdown=vmcs["Guest activity state"] == SHUTDOWN,
    )


def load_host(vmcs: Vmcs, cpu: Cpu) -> Cpu:
    """The registers after an exit: the host-state area, and what the processor fixes, such as flat segments."""
    tss = Descriptor(vmcs["Host TR base"], 0x67, PRESENT | BUSY_TSS, 0)
    segments = tuple(_host_segment(vmcs, name) for name in HOST_SELECTORS if name != "TR")
    return replace(
        cpu.set_register(ESP, vmcs["Host RSP"]),
        eip=vmcs["Host RIP"],
        eflags=ALWAYS_ONE,
        segments=segments,
        ldtr=Segment(),
        tr=Segment(vmcs["Host TR selector"], tss),
        gdtr=TableRegister(vmcs["Host GDTR base"], 0xFFFF),
        idtr=TableRegister(vmcs["Host IDTR base"], 0xFFFF),
        cr0=vmcs["Host CR0"],
        cr3=vmcs["Host CR3"],
        cr4=vmcs["Host CR4"],
        msrs=_sysenter(vmcs, "Host", cpu),
        shadow=False,
        halted=False,
        shutdown=False,
    )


def _segment(vmcs: Vmcs, name: str) -> Segment:
    rights, selector = vmcs[f"Guest {name} access rights"], vmcs[f"Guest {name} selector"]
    if rights & UNUSABLE:
        return Segment(selector)
    base, limit = vmcs[f"Guest {name} base"], vmcs[f"Guest {name} limit"]
    return Segment(selector, Descriptor(base, limit, rights & 0xFF, rights >> 12 & 0xF))


def _host_segment(vmcs: Vmcs, name: str) -> Segment:
    selector = vmcs[f"Host {name} selector"]
    if not selector and name != "CS":
        return Segment(0, NO_DESCRIPTOR)
    base = vmcs[f"Host {name} base"] if name in ("FS", "GS") else 0
    return Segment(selector, Descriptor(base, 0xFFFF_FFFF, 0x9B if name == "CS" else 0x93))


def _sysenter(vmcs: Vmcs, side: str, cpu: Cpu) -> Map[int, int]:
    return cpu.msrs.update({number: vmcs[f"{side} IA32_SYSENTER_{name}"] for name, number in _SYSENTER.items()})
