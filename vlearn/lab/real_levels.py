"""The instructions that trap-and-emulate lives on and dies of, at CPL 0, 1 and 3: the model beside a processor.

Without the extra `vlearn[oracle]` the processor's answers are those recorded in `recorded_levels.json`, and the table
says so. `tests/lab/test_real_levels.py` holds the recording against the live processor.
"""

import json
from importlib.util import find_spec

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.real_rings import said
from vlearn.lab.shown import Shown, show
from vlearn.sim.cpu import Cpu, Fault, Instruction, boot, execute, fetch

RECORDED = FOLDER / "recorded_levels.json"
RINGS = (0, 1, 3)
IOPLS = (0, 3)
CASES = {
    "hlt": "",
    "mov eax, cr0": "",
    "cli": "",
    "popf": "push 0x2",
    "pushf": "",
    "iret": "push 0x2\npush cs\npush over",
    "push cs": "",
    "mov eax, cs": "",
    "smsw eax": "",
    "sgdt [0xd000]": "",
}
"""Each instruction, and what comes before it. IF is 1 at first; the images that POPF and IRET take have IF = 0."""


def state(text: str, ring: int, iopl: int) -> tuple[Cpu, Instruction]:
    """The machine just before the instruction, and the instruction."""
    before = CASES[text]
    cpu = boot(f"start: {before}\n{text}\nover: nop", ring=ring, iopl=iopl, interrupts=True)
    for _ in before.splitlines():
        cpu = execute(*fetch(cpu))
    return fetch(cpu)


def model_answers() -> dict[str, str]:
    """What the model does, by instruction, CPL and IOPL."""
    return {_name(*case): _by_model(*state(*case)) for case in _all()}


def live_answers() -> dict[str, str]:
    """What Unicorn's processor does in the same states. Needs the extra `vlearn[oracle]`."""
    from vlearn.sim.cpu.oracle import Oracle

    oracle = Oracle()

    def by_processor(cpu: Cpu, instruction: Instruction) -> str:
        answer = oracle.execute(cpu, instruction)
        if answer.vector is not None:
            return str(Fault(answer.vector, answer.error_code))
        return said(cpu, answer.registers, answer.eflags, answer.selectors, answer.gdtr, answer.control, answer.memory)

    return {_name(*case): by_processor(*state(*case)) for case in _all()}


def beside_the_levels(iopl: int = 0) -> Shown:
    """What a processor does with each instruction at three levels, and whether the model does the same."""
    live = find_spec("unicorn") is not None
    theirs = live_answers() if live else json.loads(RECORDED.read_text(encoding="utf-8"))
    ours = model_answers()
    how = "asked just now" if live else "recorded earlier: install `vlearn[oracle]` to ask it yourself"
    rows = []
    for text in CASES:
        names = [_name(text, ring, iopl) for ring in RINGS]
        did = tuple(theirs[name] for name in names)
        rows.append((text, *did, "yes" if all(ours[name] == theirs[name] for name in names) else "NO"))
    head = ("Instruction", *(f"At CPL {ring}" for ring in RINGS), "As the model?")
    told = Text(f"The processor is Unicorn's x86 with IF 1 and IOPL {iopl}, {how}. EIP and ESP are left out.")
    return show((told, Table(head, tuple(rows))))


def _all() -> list[tuple[str, int, int]]:
    return [(text, ring, iopl) for text in CASES for ring in RINGS for iopl in IOPLS]


def _name(text: str, ring: int, iopl: int) -> str:
    return f"{text} at CPL {ring}, IOPL {iopl}"


def _by_model(cpu: Cpu, instruction: Instruction) -> str:
    try:
        after = execute(cpu, instruction)
    except Fault as fault:
        return str(fault)
    selectors = tuple(segment.selector for segment in after.segments)
    control = (after.cr0, after.cr2, after.cr3, after.cr4)
    return said(cpu, after.registers, after.eflags, selectors, after.gdtr, control, after.memory)
