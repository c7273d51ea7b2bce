"""What VMX adds to a processor: whether it is in VMX operation and where, the VMCSs, how the last instruction ended.

A VMX instruction succeeds, or fails: with CF where there is no current VMCS to hold a reason, with ZF and an error
number where there is one. Source: Intel SDM vol. 3C, "Conventions" of the VMX instruction reference, "VM-instruction
error numbers"; the numbers compared with the header of Linux.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.cpu.eflags import CF, ZF
from vlearn.sim.monitors.hardware.reasons import ENTRY_FAILURE, Exit
from vlearn.sim.monitors.hardware.vmcs import Vmcs

Kind: TypeAlias = Literal["VMsucceed", "VMfailInvalid", "VMfailValid"]

ERRORS: Mapping[int, str] = {
    1: "VMCALL executed in VMX root operation",
    2: "VMCLEAR with invalid physical address",
    3: "VMCLEAR with VMXON pointer",
    4: "VMLAUNCH with non-clear VMCS",
    5: "VMRESUME with non-launched VMCS",
    7: "VM entry with invalid control field(s)",
    8: "VM entry with invalid host-state field(s)",
    9: "VMPTRLD with invalid physical address",
    10: "VMPTRLD with VMXON pointer",
    11: "VMPTRLD with incorrect VMCS revision identifier",
    12: "VMREAD/VMWRITE from/to unsupported VMCS component",
    13: "VMWRITE to read-only VMCS component",
    15: "VMXON executed in VMX root operation",
}
"""The VM-instruction error numbers that can occur here."""
NO_VMCSS: Map[int, Vmcs] = Map()


@dataclass(frozen=True, slots=True)
class Status:
    """How a VMX instruction ended, and the error number of VMfailValid."""

    kind: Kind = "VMsucceed"
    error: int = 0

    @property
    def flags(self) -> int:
        """Which of CF and ZF it sets; all other arithmetic flags are cleared."""
        return {"VMsucceed": 0, "VMfailInvalid": CF, "VMfailValid": ZF}[self.kind]

    def __str__(self) -> str:
        return f"{self.kind}({self.error}): {ERRORS[self.error]}" if self.error else self.kind


SUCCESS = Status()


@dataclass(frozen=True, slots=True)
class Processor:
    """What VMX adds to a processor. `pointer` is the VMXON pointer, None outside VMX operation.

    `vmcss` are the VMCS regions by physical address, `current` the address of the current one, `value` what VMREAD or
    VMPTRST found.
    """

    cpl: int = 0
    vmxe: bool = True
    pointer: int | None = None
    root: bool = True
    current: int | None = None
    vmcss: Map[int, Vmcs] = NO_VMCSS
    status: Status = SUCCESS
    value: int | None = None

    @property
    def vmcs(self) -> Vmcs:
        """The current VMCS. Raises ModelError where there is none."""
        if self.current is None:
            raise ModelError("there is no current VMCS: load one by VMPTRLD")
        return self.vmcss[self.current]

    def with_vmcs(self, vmcs: Vmcs) -> "Processor":
        """With another content of the current VMCS."""
        assert self.current is not None
        return replace(self, vmcss=self.vmcss.set(self.current, vmcs))

    def exit(self, exit: Exit) -> "Processor":
        """In root operation again, after an exit that has recorded why; an event to inject is not injected twice."""
        fields = exit.fields
        if exit.reason & ENTRY_FAILURE:
            fields = {name: fields[name] for name in ("Exit reason", "Exit qualification")}
        else:
            word = self.vmcs["VM-entry interruption-information field"]
            fields["VM-entry interruption-information field"] = word & ~(1 << 31)
        return replace(self.with_vmcs(self.vmcs.write(fields)), root=True)
