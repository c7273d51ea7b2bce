"""What VMX adds to a processor, as a table: the VMCSs in memory, their launch states, and which is current."""

from vlearn.blocks import Block, Table, Text
from vlearn.sim.monitors.hardware import Processor
from vlearn.trace import Event

HEADER = ("VMCS at", "Launch state", "Current")


def launch_state(processor: Processor) -> str:
    """The launch state of the current VMCS, `none` where there is no current one."""
    if processor.current is None:
        return "none"
    return "launched" if processor.vmcs.launched else "clear"


def where(processor: Processor) -> str:
    """In which operation the processor is, in words."""
    if processor.pointer is None:
        return "outside VMX operation"
    return "in root operation" if processor.root else "in non-root operation: the guest runs"


def draw_launch(processor: Processor, event: Event | None) -> tuple[Block, ...]:
    """The moment as a sentence and a table with a row for each VMCS."""
    rows = tuple(
        (f"{address:#x}", "launched" if vmcs.launched else "clear", "yes" if address == processor.current else "")
        for address, vmcs in sorted(processor.vmcss.items())
    )
    told = f"**{event.text}**\n\n" if event else ""
    return Text(f"{told}The processor is {where(processor)}."), Table(HEADER, rows)
