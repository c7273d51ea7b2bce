"""A question whose key is a selector: what a kernel reads from a segment register, in the ring that it was moved to.

The wrong answers are those of a kernel that is told what it believes, of another compression, and of a monitor that
changes the index or moves the RPL of every selector.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from vlearn.blocks import Block, Code, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.cpu import assemble
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests.loader import loaded_by_multiboot
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST
from vlearn.sim.monitors.trap_and_emulate import trap_and_emulate
from vlearn.sim.monitors.vm import Monitor, Vm
from vlearn.trace import Event, Step
from vlearn.views.privilege_rings import draw_rings

MONITORS: dict[str, Monitor[Any]] = {
    "trap-and-emulate on rings 0/1/3": trap_and_emulate("0/1/3"),
    "trap-and-emulate on rings 0/3": trap_and_emulate("0/3"),
    "VT-x": HARDWARE_ASSIST,
    "bare metal": BARE,
}
WORDS = {
    "trap-and-emulate on rings 0/1/3": "under trap-and-emulate, with its ring 0 compressed to ring 1",
    "trap-and-emulate on rings 0/3": "under trap-and-emulate, with its ring 0 compressed to ring 3",
    "VT-x": "in VMX non-root operation",
    "bare metal": "on bare metal",
}
RINGS = {"trap-and-emulate on rings 0/1/3": 1, "trap-and-emulate on rings 0/3": 3, "VT-x": 0, "bare metal": 0}
_KERNEL = """
start:  mov esp, 0x9000
        lgdt [gdtr]
        jmp {code:#x}:flush
flush:  mov eax, {stack:#x}
        mov ss, eax
        mov eax, {data:#x}
        mov ds, eax
        mov ecx, {register}
        hlt
gdtr:   dw 0x1ff
        dd 0x6000
        org {code_at:#x}
        dd 0x0000ffff, 0x00cf9b00
        org {stack_at:#x}
        dd 0x0000ffff, 0x00cf9300
        org {data_at:#x}
        dd 0x0000ffff, 0x00cff300
"""
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """A kernel that loads three selectors and reads one back, under the monitor of that name, and how far it is."""

    monitor: str
    code: int
    stack: int
    data: int
    register: str
    vm: Vm[Any] | None = None

    def started(self) -> Vm[Any]:
        """The machine at the kernel's first instruction."""
        places = {f"{name}_at": 0x6000 + (getattr(self, name) & ~7) for name in ("code", "stack", "data")}
        given = {"code": self.code, "stack": self.stack, "data": self.data, "register": self.register}
        program = assemble(_KERNEL.format(**given, **places), 0x4000)
        return MONITORS[self.monitor].start(loaded_by_multiboot(program))


def advance(state: Reading, action: int) -> Iterator[Step[Reading]]:
    """What happens next."""
    vm = state.vm or state.started()
    for step in MONITORS[state.monitor](vm):
        yield Step(step.event, replace(state, vm=step.state))


def draw_reading(state: Reading, event: Event | None) -> tuple[Block, ...]:
    """The selectors on both sides."""
    return draw_rings(state.vm or state.started(), event)


def selector_read(rng: Random) -> Posed:
    """What does a kernel read from CS, SS or DS, with the privilege level in it, under this monitor?"""
    name = rng.choice((*MONITORS, *tuple(MONITORS)[:2]))
    code, stack, data = sorted(rng.sample(range(2, 60), 3))
    selectors = {"cs": code << 3, "ss": stack << 3, "ds": data << 3 | 3}
    register = rng.choice(("cs", "cs", "ss", "ds"))
    start = Reading(name, selectors["cs"], selectors["ss"], selectors["ds"], register)
    replay = Replay(advance, start, tuple(range(_LONGEST)), draw_reading)
    final = replay.trace().final.vm
    assert final is not None
    read = final.guest["ecx"]
    believed, index = selectors[register], selectors[register] & ~3
    wrong = [
        (believed, "That is the selector that it has loaded. What is in the low two bits of CS and SS?"),
        *((index | ring, _ring_in_words(ring, name, register)) for ring in (1, 3, 0, 2)),
    ]
    options, correct = distractors(rng, f"{read:#x}", [(f"{value:#x}", why) for value, why in wrong], 3)
    listing = f"        mov ecx, {register}"
    loaded = ", ".join(f"{segment.upper()} with `{selector:#x}`" for segment, selector in selectors.items())
    prompt = (
        Text(
            f"A kernel for ring 0 runs unmodified {WORDS[name]}. It has loaded {loaded}; the descriptors are ordinary"
            " flat ones, that of DS with DPL 3. Now it executes the instruction below. What is in ECX afterwards?"
        ),
        Code(listing, "asm"),
    )
    why = (
        "DS keeps its selector as it was loaded: its RPL is not the CPL."
        if register == "ds"
        else f"The low two bits of {register.upper()} are the CPL of the real processor, {RINGS[name]} here, and MOV"
        " from a segment register does not trap."
    )
    solution = Text(f"`{read:#x}`: the index {index >> 3} in bits 15:3, and RPL {read & 3} in bits 1:0. {why}")
    return Posed(prompt, SingleChoice(options, correct), (solution,), replay)


def _ring_in_words(ring: int, name: str, register: str) -> str:
    if register == "ds":
        return f"RPL {ring}: the monitor does not touch the RPL of DS, which is not the CPL."
    if ring == RINGS[name]:
        return "This has the RPL of the real ring."
    return f"RPL {ring} would say that the real ring is {ring}. In which ring does this kernel run?"
