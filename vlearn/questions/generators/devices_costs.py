"""A question whose key is a count: what sending packets costs a guest in three ways, side by side."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.sim.devices.ways import EMULATED, PASSTHROUGH, SPLIT, WAYS, count

HEADER = ("Way", "Entries into the hypervisor", "Copies", "Interrupts or events for the guest")
"""Columns: what `count` counts, notifications by the guest being among the entries."""


def compare_ways(rng: Random) -> Posed:
    """Fill in entries, copies and interrupts of three ways that send the same packets."""
    packets, batch = rng.randrange(12, 120), rng.choice((2, 3, 4, 5, 6, 8, 10, 16))
    counted = {way: count(way, packets, batch) for way in WAYS}
    rows = tuple((way.name, str(c.entries), str(c.copies), str(c.interrupts)) for way, c in counted.items())
    rows = tuple(rng.sample(rows, len(rows)))
    rest = ", and once for the rest" if packets % batch else ""
    prompt = Text(
        f"A guest sends {packets} packets, in three ways:\n\n"
        f"- **{EMULATED.name}**: for each packet the driver stores to one register of the card; an interrupt is"
        " injected for each packet, and its handler reads one register and stores to another. Each of these accesses"
        " exits. The device model copies each packet out of the guest's buffer.\n"
        f"- **{SPLIT.name}**: grants and requests are stores to shared memory. The guest makes a hypercall to notify"
        f" the backend once for every {batch} packets{rest}, and gets one event for as many responses. The backend has"
        " the hypervisor copy each packet.\n"
        f"- **{PASSTHROUGH.name}**: behind an IOMMU, the guest has a function of the card of its own, whose registers"
        " are mapped; interrupts are posted, one for each packet, and reach the running guest without an exit.\n\n"
        "Fill in how often the guest enters the hypervisor (exits and hypercalls), how many copies processors make, and"
        " how many interrupts or events the guest gets."
    )
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2, 3))
    solution = (
        Table(HEADER, rows, f"What {packets} packets cost."),
        Text(
            f"Emulation takes three exits a packet: {packets} × 3 = {counted[EMULATED].entries}. The split driver makes"
            f" {packets} / {batch} hypercalls, rounded up: {counted[SPLIT].entries}, and an upcall is no entry of the"
            " guest's. In passthrough the card reads the packet by DMA, which is no copy by a processor."
        ),
    )
    return Posed((prompt,), TraceTable(HEADER, rows, blanks), solution)
