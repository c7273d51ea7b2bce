"""VMXON, VMCLEAR, VMPTRLD, VMREAD, VMWRITE, VMLAUNCH, VMRESUME and the others: what they do, and how they fail.

Outside VMX operation they are #UD, in non-root operation they exit, in root operation at CPL > 0 they are #GP(0); then
they succeed or fail (see `processor`). `operate` is a model of vlearn.trace. Left out: what VMXON asks of A20, CR0 and
the feature-control MSR, entries while MOV SS blocks events, INVEPT and INVVPID, shadow VMCSs, SMM. Source: Intel SDM
vol. 3C, "VMX instruction reference".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu import Fault
from vlearn.sim.cpu.faults import GP, UD
from vlearn.sim.monitors.hardware.checks import Stage, failed
from vlearn.sim.monitors.hardware.fields import FIELDS
from vlearn.sim.monitors.hardware.processor import SUCCESS, Processor, Status
from vlearn.sim.monitors.hardware.reasons import ENTRY_FAILURE, INVALID_GUEST_STATE, REASONS, Exit
from vlearn.sim.monitors.hardware.vmcs import REVISION, Vmcs
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Operation:
    """A VMX instruction: with an address, or with a field and for VMWRITE a value."""

    name: str
    address: int = 0
    field: str = ""
    value: int = 0

    def __str__(self) -> str:
        operand = repr(self.field) if self.field else f"{self.address:#x}" if self.name in _WITH_ADDRESS else ""
        return f"{self.name} {operand}".strip()


def perform(processor: Processor, operation: Operation) -> Processor:
    """The state after one operation; `status` says how it ended. Raises Fault (#UD, #GP) where that comes instead."""
    if operation.name not in _EFFECTS:
        raise ModelError(f"no VMX instruction {operation.name!r}{did_you_mean(operation.name, _EFFECTS)}")
    if processor.pointer is None:
        if operation.name != "VMXON" or not processor.vmxe:
            raise Fault(UD)
        if processor.cpl:
            raise Fault(GP, 0)
        return _vmxon(processor, operation)
    if not processor.root:
        return processor.exit(Exit(_REASON[operation.name]))
    if processor.cpl:
        raise Fault(GP, 0)
    return _EFFECTS[operation.name](replace(processor, value=None), operation)


def operate(processor: Processor, operation: Operation) -> Iterator[Step[Processor]]:
    """The same as a model: `succeed`, `fail-invalid`, `fail-valid`, `entry`, `entry-failure`, `exit`, `fault`."""
    try:
        after = perform(processor, operation)
    except Fault as fault:
        yield Step(Event("fault", f"{operation}: {fault}"), processor)
        return
    if not processor.root:
        yield Step(Event("exit", f"{operation} in non-root operation exits"), after)
    elif not after.root:
        yield Step(Event("entry", f"{operation}: the guest runs", ("launched",)), after)
    elif after.status.kind == "VMsucceed" and operation.name in _ENTRIES:
        yield Step(Event("entry-failure", f"{operation}: {REASONS[INVALID_GUEST_STATE]}"), after)
    else:
        kind = {"VMsucceed": "succeed", "VMfailInvalid": "fail-invalid", "VMfailValid": "fail-valid"}
        yield Step(Event(kind[after.status.kind], f"{operation}: {after.status}"), after)


def _succeed(processor: Processor) -> Processor:
    return replace(processor, status=SUCCESS)


def _fail(processor: Processor, error: int) -> Processor:
    """VMfail: with the number in the current VMCS, or without a number where there is none."""
    if processor.current is None:
        return replace(processor, status=Status("VMfailInvalid"))
    noted = processor.with_vmcs(processor.vmcs.write({"VM-instruction error": error}))
    return replace(noted, status=Status("VMfailValid", error))


def _vmxon(processor: Processor, operation: Operation) -> Processor:
    if processor.pointer is not None:
        return _fail(processor, 15)
    if operation.address & 0xFFF:
        return replace(processor, status=Status("VMfailInvalid"))
    return _succeed(replace(processor, pointer=operation.address, root=True, current=None))


def _vmxoff(processor: Processor, operation: Operation) -> Processor:
    return _succeed(replace(processor, pointer=None, current=None))


def _vmclear(processor: Processor, operation: Operation) -> Processor:
    address = operation.address
    if address & 0xFFF:
        return _fail(processor, 2)
    if address == processor.pointer:
        return _fail(processor, 3)
    cleared = replace(processor.vmcss.get(address, Vmcs()), launched=False)
    current = None if address == processor.current else processor.current
    return _succeed(replace(processor, vmcss=processor.vmcss.set(address, cleared), current=current))


def _vmptrld(processor: Processor, operation: Operation) -> Processor:
    address = operation.address
    if address & 0xFFF:
        return _fail(processor, 9)
    if address == processor.pointer:
        return _fail(processor, 10)
    if address not in processor.vmcss or processor.vmcss[address].revision != REVISION:
        return _fail(processor, 11)
    return _succeed(replace(processor, current=address))


def _vmptrst(processor: Processor, operation: Operation) -> Processor:
    pointer = (1 << 64) - 1 if processor.current is None else processor.current
    return _succeed(replace(processor, value=pointer))


def _vmread(processor: Processor, operation: Operation) -> Processor:
    if processor.current is None or operation.field not in FIELDS:
        return _fail(processor, 12)
    return _succeed(replace(processor, value=processor.vmcs[operation.field]))


def _vmwrite(processor: Processor, operation: Operation) -> Processor:
    if processor.current is None or operation.field not in FIELDS:
        return _fail(processor, 12)
    if FIELDS[operation.field].read_only:
        return _fail(processor, 13)
    return _succeed(processor.with_vmcs(processor.vmcs.write({operation.field: operation.value})))


def _vmcall(processor: Processor, operation: Operation) -> Processor:
    return _fail(processor, 1)


def _enter(processor: Processor, operation: Operation) -> Processor:
    """VMLAUNCH and VMRESUME: the launch state, controls, host state; then the guest's state, and the guest runs."""
    launching = operation.name == "VMLAUNCH"
    if processor.current is None:
        return _fail(processor, 0)
    vmcs = processor.vmcs
    if vmcs.launched == launching:
        return _fail(processor, 4 if launching else 5)
    stages: tuple[tuple[Stage, int], ...] = (("control", 7), ("host", 8))
    for stage, error in stages:
        if failed(vmcs, stage):
            return _fail(processor, error)
    if failed(vmcs, "guest"):
        return _succeed(processor.exit(Exit(ENTRY_FAILURE | INVALID_GUEST_STATE)))
    return _succeed(replace(processor.with_vmcs(replace(vmcs, launched=True)), root=False))


_ENTRIES = ("VMLAUNCH", "VMRESUME")
_WITH_ADDRESS = ("VMXON", "VMCLEAR", "VMPTRLD")
_EFFECTS: Mapping[str, Callable[[Processor, Operation], Processor]] = {
    "VMXON": _vmxon, "VMXOFF": _vmxoff, "VMCLEAR": _vmclear, "VMPTRLD": _vmptrld, "VMPTRST": _vmptrst,
    "VMREAD": _vmread, "VMWRITE": _vmwrite, "VMLAUNCH": _enter, "VMRESUME": _enter, "VMCALL": _vmcall,
}  # fmt: skip
OPERATIONS = tuple(_EFFECTS)
_REASON = {name: number for number, name in REASONS.items() if name in _EFFECTS}
