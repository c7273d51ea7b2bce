"""The benefits that the notes list, each as a quantity that a model computes, and the price beside it.

Nothing here is new: consolidation, isolation and sharing are this folder's, migration is `vlearn.sim.migration`'s. A
benefit that no model measures is not in the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vlearn.sim.datacenter.consolidation import SERVER, Server, Workload, compare
from vlearn.sim.datacenter.isolation import LAYOUTS, provision, survivors
from vlearn.sim.datacenter.isolation.encapsulation import COPIES, PARTS
from vlearn.sim.migration import GIB, estimate


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit in the words of the notes: a quantity without virtualization and with it, and what it costs."""

    name: str
    quantity: str
    before: float
    after: float
    price: str


MOVED = 8 * GIB
"""The memory of the machine that is moved, in bytes; it writes 50 MB/s, over a link of 10 Gbit/s."""

DELIVERED = 2
"""Stages of bare metal until the server stands there."""


def measured(workloads: Sequence[Workload], server: Server = SERVER) -> tuple[Benefit, ...]:
    """The benefits for these workloads, before and after they are consolidated."""
    found, moved = compare(workloads, server), estimate(MOVED, 50e6, 1.25e9)
    together, apart = (survivors(LAYOUTS[name]) for name in ("bare metal, shared", "virtual machines"))
    installing = provision("bare metal")
    lost = f"a server that fails takes {found.after.lost_with_one} workloads along instead of 1"
    return (
        Benefit("Server consolidation", "servers", found.before.hosts, found.after.hosts, lost),
        Benefit(
            "Lower costs",
            "kWh a day",
            found.before.energy,
            found.after.energy,
            f"busy cores {found.before.utilization:.0%} before, {found.after.utilization:.0%} after: less to spare",
        ),
        Benefit(
            "Workload mobility",
            "seconds down while it moves to a server that stands ready",
            installing.final.seconds - installing.state_at(DELIVERED).seconds,
            moved.downtime,
            f"{moved.sent / 1e9:.1f} GB sent, in {moved.total:.1f} s: not instantly",
        ),
        Benefit(
            "Isolation",
            "applications of 3 on one server that surely survive a kernel panic",
            together["kernel panic"],
            apart["kernel panic"],
            "a bug of the monitor takes all of them down, and a shared cache still tells secrets",
        ),
        Benefit(
            "Rapid provisioning",
            "seconds until it runs",
            installing.final.seconds,
            provision("virtual machine", cached=True).final.seconds,
            "templates to be kept up to date",
        ),
        Benefit(
            "Encapsulation",
            f"parts of {len(PARTS)} that a copy takes along",
            len(COPIES["disk snapshot"]),
            len(COPIES["suspended machine"]),
            "as many bytes as the machine has memory and disk",
        ),
    )
