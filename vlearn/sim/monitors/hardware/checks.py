"""What a VM entry checks, as a table: controls and host state first (the instruction fails), then the guest's state.

A wrong guest state shows up late, when the entry is under way; so it looks like an exit, whose reason has bit 31 set.
The table has the checks that can fail on this processor. Source: Intel SDM vol. 3C, "Checks on VMX controls and
host-state area", "Checking and loading guest state".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.sim.cpu.control import CR0_BITS, CR4_BITS, NE, PE, PG
from vlearn.sim.cpu.eflags import ALWAYS_ONE, IF, MEANT
from vlearn.sim.cpu.faults import VECTORS
from vlearn.sim.monitors.hardware.controls import AT_EXIT, CONTROLS, PIN, PRIMARY, SECONDARY, VMXE
from vlearn.sim.monitors.hardware.fields import HOST_SELECTORS
from vlearn.sim.monitors.hardware.reasons import EXTERNAL, HARDWARE_EXCEPTION, SOFTWARE_EXCEPTION, Interruption
from vlearn.sim.monitors.hardware.transfer import ACTIVE, BY_MOV_SS, BY_STI, HLT, UNUSABLE
from vlearn.sim.monitors.hardware.vmcs import NO_LINK, Vmcs

Stage: TypeAlias = Literal["control", "host", "guest"]
STAGES: tuple[Stage, ...] = ("control", "host", "guest")
_WITH_ERROR_CODE = frozenset(vector.number for vector in VECTORS if vector.has_error_code)


@dataclass(frozen=True, slots=True)
class Check:
    """One demand on the VMCS, in words, and whether it holds."""

    stage: Stage
    demand: str
    holds: Callable[[Vmcs], bool]


def failed(vmcs: Vmcs, stage: Stage) -> Check | None:
    """The first demand of a stage that does not hold."""
    return next((check for check in CHECKS if check.stage == stage and not check.holds(vmcs)), None)


def _event(vmcs: Vmcs) -> Interruption | None:
    word, code = vmcs["VM-entry interruption-information field"], vmcs["VM-entry exception error code"]
    return Interruption.of(word, code)


def _supported(vmcs: Vmcs) -> bool:
    allowed = {name: sum(1 << c.position for c in CONTROLS.values() if c.field == name) for name in _CONTROL_FIELDS}
    return not any(vmcs[name] & ~bits for name, bits in allowed.items())


_CONTROL_FIELDS = (PIN, PRIMARY, SECONDARY, AT_EXIT)


def _page_aligned(*names: str, under: str) -> Callable[[Vmcs], bool]:
    return lambda vmcs: not vmcs.on(under) or not any(vmcs[name] & 0xFFF for name in names)


def _ept_pointer(vmcs: Vmcs) -> bool:
    pointer = vmcs["EPT pointer"]
    return not vmcs.on("Enable EPT") or (pointer & 7 in (0, 6) and pointer >> 3 & 7 == 3 and not pointer & 0xF80)


def _event_is_possible(vmcs: Vmcs) -> bool:
    event = _event(vmcs)
    if event is None:
        return True
    if event.type == HARDWARE_EXCEPTION:
        return event.vector < 32 and (event.error_code is not None) == (event.vector in _WITH_ERROR_CODE)
    return event.type in (EXTERNAL, SOFTWARE_EXCEPTION) and event.error_code is None


def _host_selectors(vmcs: Vmcs) -> bool:
    return not any(vmcs[f"Host {name} selector"] & 7 for name in HOST_SELECTORS)


def _host_loaded(vmcs: Vmcs) -> bool:
    return all(vmcs[f"Host {name} selector"] for name in ("CS", "SS", "TR"))


def _has(name: str, bits: int) -> Callable[[Vmcs], bool]:
    return lambda vmcs: vmcs[name] & bits == bits


def _only(name: str, bits: int) -> Callable[[Vmcs], bool]:
    return lambda vmcs: not vmcs[name] & ~bits


def _protected(vmcs: Vmcs) -> bool:
    cr0 = vmcs["Guest CR0"]
    return vmcs.on("Unrestricted guest") or cr0 & (PE | PG) == PE | PG


def _rights(vmcs: Vmcs, name: str) -> int:
    return vmcs[f"Guest {name} access rights"]


def _code_segment(vmcs: Vmcs) -> bool:
    cs, ss = _rights(vmcs, "CS"), _rights(vmcs, "SS")
    dpl, stack = cs >> 5 & 3, ss >> 5 & 3
    accessed_code = cs & 0x99 == 0x99 and not cs & UNUSABLE
    return accessed_code and (dpl <= stack if cs & 4 else dpl == stack)


def _stack_segment(vmcs: Vmcs) -> bool:
    ss = _rights(vmcs, "SS")
    return bool(ss & UNUSABLE) or ss & 0x9B == 0x93


def _same_level(vmcs: Vmcs) -> bool:
    return vmcs.on("Unrestricted guest") or not (vmcs["Guest SS selector"] ^ vmcs["Guest CS selector"]) & 3


def _interruptible(vmcs: Vmcs) -> bool:
    event, blocking = _event(vmcs), vmcs["Guest interruptibility state"]
    if event is None or event.type != EXTERNAL:
        return True
    return bool(vmcs["Guest RFLAGS"] & IF) and not blocking


def _blocking(vmcs: Vmcs) -> bool:
    blocking = vmcs["Guest interruptibility state"]
    return blocking in (0, BY_MOV_SS) or (blocking == BY_STI and bool(vmcs["Guest RFLAGS"] & IF))


def _may_halt(vmcs: Vmcs) -> bool:
    if vmcs["Guest activity state"] != HLT:
        return vmcs["Guest activity state"] == ACTIVE
    return not _rights(vmcs, "SS") >> 5 & 3 and not vmcs["Guest interruptibility state"]


CHECKS = (
    Check("control", "every control bit is one that the processor has", _supported),
    Check("control", "at most four CR3-target values count", lambda vmcs: vmcs["CR3-target count"] <= 4),
    Check(
        "control",
        "the I/O bitmaps are at the beginning of a page",
        _page_aligned("Address of I/O bitmap A", "Address of I/O bitmap B", under="Use I/O bitmaps"),
    ),
    Check(
        "control",
        "the MSR bitmaps are at the beginning of a page",
        _page_aligned("Address of MSR bitmaps", under="Use MSR bitmaps"),
    ),
    Check("control", "the EPT pointer names a memory type and four levels", _ept_pointer),
    Check(
        "control",
        "an unrestricted guest needs EPT",
        lambda vmcs: vmcs.on("Enable EPT") or not vmcs.on("Unrestricted guest"),
    ),
    Check(
        "control",
        "a VPID is not 0: that is the host's",
        lambda vmcs: bool(vmcs["Virtual-processor identifier (VPID)"]) or not vmcs.on("Enable VPID"),
    ),
    Check("control", "the event to inject is possible: type, vector and error code", _event_is_possible),
    Check("host", "CR0 has PE, NE and PG", _has("Host CR0", PE | NE | PG)),
    Check("host", "CR4 has VMXE", _has("Host CR4", VMXE)),
    Check("host", "selectors are of the GDT and of ring 0", _host_selectors),
    Check("host", "CS, SS and TR have selectors that are not null", _host_loaded),
    Check("guest", "CR0 has NE", _has("Guest CR0", NE)),
    Check("guest", "CR0 has no reserved bit", _only("Guest CR0", CR0_BITS)),
    Check("guest", "CR0 has PE and PG, unless the guest is unrestricted", _protected),
    Check("guest", "CR4 has VMXE", _has("Guest CR4", VMXE)),
    Check("guest", "CR4 has no reserved bit", _only("Guest CR4", CR4_BITS | VMXE)),
    Check("guest", "CS is an accessed code segment whose DPL fits that of SS", _code_segment),
    Check("guest", "SS is an accessed writable data segment", _stack_segment),
    Check("guest", "SS and CS have the same RPL, unless the guest is unrestricted", _same_level),
    Check("guest", "TR is a busy TSS", lambda vmcs: _rights(vmcs, "TR") & 0x1009F == 0x8B),
    Check("guest", "RFLAGS has bit 1", _has("Guest RFLAGS", ALWAYS_ONE)),
    Check("guest", "RFLAGS has no reserved bit", _only("Guest RFLAGS", MEANT)),
    Check("guest", "blocking by STI goes with IF", _blocking),
    Check("guest", "the activity state is active, or HLT in ring 0 without blocking", _may_halt),
    Check("guest", "an external interrupt is injected only with IF and without blocking", _interruptible),
    Check("guest", "the VMCS link pointer leads nowhere", lambda vmcs: vmcs["VMCS link pointer"] == NO_LINK),
)
"""Every demand, in the order in which they are made."""
