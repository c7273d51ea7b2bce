"""Sequences of VMX instructions at random, and how each ends in the words of a question."""

from dataclasses import replace
from functools import cache
from random import Random

from immutables import Map

from vlearn.sim.cpu import boot
from vlearn.sim.monitors.hardware import ERRORS, HARDWARE_ASSIST, Operation, Processor, operate, perform
from vlearn.sim.monitors.hardware.crossing import enter
from vlearn.trace import Step

VMXON_AT, A, B = 0x1000, 0x2000, 0x3000
NAMES = {VMXON_AT: "the VMXON region", A: "A", B: "B"}
DEFECTS = {
    "CR3-target count": (5, "VMWRITE 5 to the CR3-target count (at most four count)"),
    "Host CR4": (0, "VMWRITE 0 to the host CR4 (VMXE is missing then)"),
    "Guest RFLAGS": (0, "VMWRITE 0 to the guest RFLAGS (bit 1 has to be 1)"),
}
"""Fields that can be made such that no entry accepts them: a control, host state, guest state."""
ENTERS, ENTRY_FAILS, INVALID = "the guest runs", "VM-entry failure: exit reason with bit 31", "VMfailInvalid"
LENGTH = 9


@cache
def prepared() -> Processor:
    """A processor before VMXON, in whose memory two VMCSs lie, A and B, whose fields an entry accepts."""
    entered, _, _ = enter(HARDWARE_ASSIST.start(boot("hlt")))
    vmcs = replace(entered.monitor.vmcs, launched=False)
    return Processor(vmcss=Map({A: vmcs, B: vmcs}))


def written(operation: Operation) -> str:
    """An operation in the words of a question."""
    if operation.name == "VMCALL":
        return "VMCALL, executed by the guest"
    if operation.name == "VMWRITE":
        return DEFECTS[operation.field][1]
    named = operation.name in ("VMCLEAR", "VMPTRLD")
    return f"{operation.name} {NAMES[operation.address]}" if named else operation.name


def ending(step: Step[Processor]) -> str:
    """How an operation of a run ended, in the words of an option."""
    kind, status = step.event.kind, step.state.status
    if kind == "fail-valid":
        return f"VMfailValid({status.error}): {ERRORS[status.error]}"
    return {"entry": ENTERS, "entry-failure": ENTRY_FAILS, "fail-invalid": INVALID, "exit": "VM exit"}.get(kind, "ok")


def in_brief(step: Step[Processor]) -> str:
    """The same as a cell of a table has it."""
    kind = step.event.kind
    brief = {"entry": "enters", "entry-failure": "entry fails", "fail-invalid": "fails", "exit": "exits"}
    return f"fails {step.state.status.error}" if kind == "fail-valid" else brief.get(kind, "ok")


def _next(rng: Random, processor: Processor, defect: bool) -> Operation:
    """An operation that may come now; while the guest runs it is an exit."""
    if not processor.root:
        return Operation("VMCALL")
    choices = [
        Operation("VMLAUNCH"), Operation("VMRESUME"), Operation("VMCLEAR", rng.choice((A, B))),
        Operation("VMPTRLD", rng.choice((A, A, B, B, VMXON_AT))),
    ]  # fmt: skip
    if defect and processor.current is not None:
        field = rng.choice(tuple(DEFECTS))
        choices.append(Operation("VMWRITE", field=field, value=DEFECTS[field][0]))
    return rng.choice(choices)


def drawn_operations(rng: Random, last: str = "") -> tuple[Operation, ...]:
    """VMX operation is turned on, a VMCS cleared and made current, and more happens; `last` says how it ends."""
    while True:
        first = rng.choice((A, B))
        done = [Operation("VMXON", VMXON_AT), Operation("VMCLEAR", first), Operation("VMPTRLD", first)]
        processor = prepared()
        for operation in done:
            processor = perform(processor, operation)
        while len(done) < LENGTH:
            defect = any(operation.name == "VMWRITE" for operation in done)
            done.append(_next(rng, processor, not defect and rng.random() < 0.5))
            (step,) = operate(processor, done[-1])
            processor = step.state
        if not last or (done[-1].name in ("VMLAUNCH", "VMRESUME") and last in ending(step)):
            return tuple(done)
