"""A question whose key is the model's table of VMCS fields: in which area a piece of state lies, or whether in none."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.questions.replay import Replay
from vlearn.sim.monitors.hardware import FIELDS, NOT_IN_THE_VMCS
from vlearn.sim.monitors.hardware.fields import EXECUTION, GUEST, HOST, INFORMATION
from vlearn.trace import Event, Step

ELSEWHERE = "not in the VMCS: the monitor saves it"
CATEGORIES = (GUEST, HOST, EXECUTION, INFORMATION, ELSEWHERE)
DRAWN = {GUEST: 2, HOST: 1, EXECUTION: 2, INFORMATION: 1, ELSEWHERE: 2}
"""How many pieces of each category a question has."""
DESCRIBED = {
    "where the guest goes on": "Guest RIP",
    "the guest's stack pointer": "Guest RSP",
    "the guest's flags": "Guest RFLAGS",
    "the guest's CR0": "Guest CR0",
    "the guest's CR3": "Guest CR3",
    "the base of the guest's GDT": "Guest GDTR base",
    "the base of the guest's IDT": "Guest IDTR base",
    "the selector in the guest's CS": "Guest CS selector",
    "the selector in the guest's TR": "Guest TR selector",
    "whether the guest has halted": "Guest activity state",
    "whether an STI still holds interrupts off": "Guest interruptibility state",
    "where the monitor goes on after an exit": "Host RIP",
    "the stack pointer that the monitor gets at an exit": "Host RSP",
    "the CR3 that the monitor gets at an exit": "Host CR3",
    "the base of the monitor's IDT": "Host IDTR base",
    "the base of the monitor's GDT": "Host GDTR base",
    "which exceptions exit": "Exception bitmap",
    "whether HLT exits": "Primary processor-based VM-execution controls",
    "whether SGDT exits": "Secondary processor-based VM-execution controls",
    "whether a device's interrupt exits": "Pin-based VM-execution controls",
    "where the extended page tables begin": "EPT pointer",
    "which bits of CR0 the guest does not own": "CR0 guest/host mask",
    "what the guest reads of CR4 bits that it does not own": "CR4 read shadow",
    "what RDTSC adds for the guest": "TSC offset",
    "a value that the guest may load into CR3 without an exit": "CR3-target value 0",
    "the tag of the guest's TLB entries": "Virtual-processor identifier (VPID)",
    "which ports exit": "Address of I/O bitmap A",
    "why the last exit happened": "Exit reason",
    "the port of the OUT that exited": "Exit qualification",
    "how long the instruction that exited is": "VM-exit instruction length",
    "why the last VMRESUME failed": "VM-instruction error",
    "the event whose delivery the exit broke off": "IDT-vectoring information field",
    "the vector of the exception that exited": "VM-exit interruption information",
    **{f"the guest's {name}": name for name in NOT_IN_THE_VMCS},
}
"""Pieces of state in words that do not tell the area, with the field, or the entry of NOT_IN_THE_VMCS."""


def area_of(name: str) -> str:
    """The area of a field, or that there is none."""
    return ELSEWHERE if name in NOT_IN_THE_VMCS else FIELDS[name].area


def look_up(found: tuple[str, ...], piece: str) -> Iterator[Step[tuple[str, ...]]]:
    """A model that does one thing: find a piece of state in the table of fields."""
    name = DESCRIBED[piece]
    area = area_of(name)
    encoded = "" if area == ELSEWHERE else f", encoding {FIELDS[name].encoding:#06x}"
    kind = "absent" if area == ELSEWHERE else "found"
    yield Step(Event(kind, f"{piece}: {name}{encoded}: {area}"), (*found, f"{piece}: {area}"))


def draw_found(found: tuple[str, ...], event: Event | None) -> tuple[Block, ...]:
    """What has been found so far."""
    return (Text("\n".join(f"- {line}" for line in found) or "Nothing has been looked up yet."),)


def locate_state(rng: Random) -> Posed:
    """Where does each drawn piece of a virtual processor's state live?"""
    pieces = [
        piece
        for area, count in DRAWN.items()
        for piece in rng.sample([piece for piece, name in DESCRIBED.items() if area_of(name) == area], count)
    ]
    rng.shuffle(pieces)
    key = tuple(CATEGORIES.index(area_of(DESCRIBED[piece])) for piece in pieces)
    prompt = Text(
        "A monitor for VT-x handles an exit of a guest. Where does it find or keep each of these? (Lists of MSRs are"
        " left aside.)"
    )
    items = tuple(piece[0].upper() + piece[1:] for piece in pieces)
    rows = tuple((item, DESCRIBED[piece], area_of(DESCRIBED[piece])) for item, piece in zip(items, pieces, strict=True))
    solution = (
        Text(
            "The processor exchanges what the monitor could not run without, and keeps it in the VMCS; registers that"
            " the monitor's first instructions can save themselves are in no area."
        ),
        Table(("State", "Field", "Area"), rows),
    )
    answer = Classification(tuple(name[0].upper() + name[1:] for name in CATEGORIES), items, key)
    return Posed((prompt,), answer, solution, Replay(look_up, (), tuple(pieces), draw_found))
