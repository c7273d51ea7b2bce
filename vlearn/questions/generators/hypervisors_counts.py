"""Questions whose key is a count of mode switches, exits and copies, read off the paths of the model."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.hypervisors_replays import replay_of
from vlearn.questions.generators.hypervisors_scenes import (
    ARRANGED,
    PRODUCT,
    SWITCH,
    Work,
    devices_told,
    drawn_work,
    offers,
    ways,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.sim.datacenter.hypervisors import DEVICES, KINDS, Operation, operation
from vlearn.sim.datacenter.hypervisors.kinds import BARE, SERVICE_DOMAIN, TYPE_1

HEADER = ("Under", "Switches", "of them VM exits", "Copies")
_ASKED = {
    "": ("switches", "How many switches does all this take?"),
    "exit": ("exits", "How many VM exits, that is switches from the guest's kernel to what is outside of the guest,"
             " does all this take?"),
}  # fmt: skip


def workload_switches(rng: Random) -> Posed:
    """How many switches, or VM exits, does a guest's work take under one kind of hypervisor?"""
    kind = rng.choice(tuple(KINDS))
    device = rng.choice([device for device in DEVICES if offers(kind, device)])
    work = drawn_work(rng, device)
    asked = rng.choice(("", "", "exit"))
    unit, question = _ASKED[asked]
    value = work.count(kind, asked)
    text = (
        f"A process in a guest of {PRODUCT[kind]} {work.told}. The processor has VT-x or AMD-V. {ARRANGED[kind]}\n\n"
        f"{devices_told(work)}\n\n{SWITCH}\n\n{question}"
    )
    terms = [_term(work, kind, what, number, asked) for what, number in work.numbers]
    solution = Text(f"{' + '.join(terms)} = **{value}**. {_why(work.one(kind, 'disk read'))}")
    answer = Numeric(Fraction(value), unit=unit)
    return Posed((Text(text), *ways((kind,), device)), answer, (solution,), replay_of(*work.each(kind)))


def more_switches(rng: Random) -> Posed:
    """How many switches more does the same work take under one kind than under another, or than on bare metal?"""
    while True:
        device = rng.choice(tuple(DEVICES))
        work = drawn_work(rng, device)
        first, second = rng.sample([kind for kind in (BARE, *KINDS) if kind == BARE or offers(kind, device)], 2)
        one, other = sorted((first, second), key=work.count)
        if work.count(other) > work.count(one):
            break
    than = "on bare metal" if one == BARE else f"under {PRODUCT[one]}"
    told = " ".join(f"{PRODUCT[kind]}: {ARRANGED[kind]}" for kind in (other, one) if kind != BARE)
    bare = " On bare metal, the driver of the process's kernel has the real devices." if one == BARE else ""
    text = (
        f"A process {work.told}. The processor has VT-x or AMD-V.\n\n{told}{bare} {devices_told(work)}\n\n{SWITCH}\n\n"
        f"How many switches more does all this take under {PRODUCT[other]} than {than}?"
    )
    value = work.count(other) - work.count(one)
    lines = [f"- {PRODUCT[kind]}: {' + '.join(_term(work, kind, what, number) for what, number in work.numbers)}"
             f" = {work.count(kind)}" for kind in (other, one)]  # fmt: skip
    solution = Text("\n".join(lines) + f"\n\nThat is **{value}** more. The system calls make no difference.")
    answer = Numeric(Fraction(value), unit="switches")
    return Posed((Text(text), *ways((other, one), device)), answer, (solution,), replay_of(*work.each(other)))


def _term(work: Work, kind: str, what: str, number: int, asked: str = "") -> str:
    return f"{number} × {work.one(kind, what).count(asked)}"


def _why(read: Operation) -> str:
    inner = read.count() - 2
    if not inner:
        return "Every operation takes the two switches that it takes on bare metal: into the kernel and back."
    return (
        "A system call takes two switches, from the process into the guest's kernel and back, and no exit. A disk read"
        f" has the same two, and {inner} outside of the guest, into it and out of it; {read.count('exit')} of them"
        f" {'is an exit' if read.count('exit') == 1 else 'are exits'}."
    )


def cost_by_kind(rng: Random) -> Posed:
    """Fill in switches, exits and copies of the same operations under several kinds."""
    what = rng.choice(("disk read", "packet sent"))
    number = rng.randrange(1, 31)
    kinds = rng.sample((BARE, *KINDS), 4)
    found = {kind: operation(kind, what) for kind in kinds}
    rows = tuple(
        (
            PRODUCT[kind],
            *(str(number * n) for n in (one.count(), one.count("exit"), one.guest_copies + one.host_copies)),
        )
        for kind, one in found.items()
    )
    work = Work(((what, number),), "paravirtual")
    prompt: tuple[Block, ...] = (
        Text(
            f"A process {work.told}. The processor has VT-x or AMD-V. {devices_told(work)} On bare metal, the"
            f" driver has the real device.\n\n{SWITCH}\n\n{_COPIES[what]}\n\nFill in the switches, how many of them are"
            " VM exits, and the copies."
        ),
        *ways(kinds, "paravirtual"),
    )
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2, 3))
    solution = (
        Table(HEADER, rows, f"A process {work.told}."),
        Text(
            "Count the arrows of the path, with the one into the guest's kernel and the one back to its process. Only"
            " the first step out of the guest is an exit. Those who find the real driver in a kernel or in the"
            " hypervisor, such as the backend of Xen, need no process in between."
        ),
    )
    return Posed(prompt, TraceTable(HEADER, rows, blanks), solution, replay_of(found[kinds[0]]))


_NO_FILE = " or ".join(PRODUCT[kind] for kind in (TYPE_1, SERVICE_DOMAIN))
_COPIES = {
    "disk read": "A copy is one that a processor makes of the data. The guest's kernel copies a block to its process."
    " Where a process of the host has the device model, the disk is a file, and the block is copied out of the page"
    f" cache of the host's kernel as well; under {_NO_FILE}, the real controller puts it into the guest's memory.",
    "packet sent": "A copy is one that a processor makes of the data. The guest's kernel copies a packet from its"
    " process. Under every hypervisor, it is copied once more, out of the guest's memory; the real card fetches it"
    " without a processor.",
}
