"""Who is in which namespace: a row for each process, a column for each kind; and how often each namespace is held."""

from collections import Counter

from vlearn.blocks import Block, Table
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import KINDS
from vlearn.sim.containers.references import holders
from vlearn.trace import Event

MOST = 4
"""How many holders of a namespace are named."""


def draw_namespaces(kernel: Kernel, event: Event | None = None) -> tuple[Block, ...]:
    """Membership, then the namespaces beyond the first ones. A mark `*` stands at what is not the first of its kind."""
    touched = frozenset(event.touches) if event else frozenset[str]()
    header = ("Pid", "Command", *(kind.name for kind in KINDS))
    rows = tuple(
        (
            f"{'→ ' if f'process[{pid}]' in touched else ''}{pid}",
            process.command,
            *(_shown(process.namespaces.get(kind.name), kind.first) for kind in KINDS),
        )
        for pid, process in sorted(kernel.processes.items())
        if not process.is_zombie
    )
    caption = "Members of namespaces: the last digits of their numbers, * where it is not the machine's first"
    return Table(header, rows, caption), _counted(kernel, touched)


def _shown(number: int, first: int) -> str:
    return f"{number % 1000:03}{'' if number == first else '*'}"


def _counted(kernel: Kernel, touched: frozenset[str]) -> Table:
    first = {kind.first for kind in KINDS}
    rows = []
    for number, space in sorted(kernel.namespaces.items()):
        if number in first:
            continue
        held = Counter(holders(kernel, number))
        found = [f"{holder}, and for its children" if times > 1 else holder for holder, times in held.items()]
        more = f", and {len(found) - MOST} more" if len(found) > MOST else ""
        mark = "→ " if f"namespace[{number}]" in touched else ""
        rows.append((f"{mark}{space}", f"user:[{space.owner}]", str(space.references), ", ".join(found[:MOST]) + more))
    return Table(
        ("Namespace", "Owned by", "References", "Held by"), tuple(rows), "Namespaces and what keeps them alive"
    )
