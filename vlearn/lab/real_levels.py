"""The instructions that trap-and-emulate lives on and dies of, at CPL 0, 1 and 3: the model beside a processor.

Without the extra `vlearn[oracle]` the processor's answers are those recorded in `recorded_levels.json`, and the table
says so. `tests/lab/test_real_levels.py` holds the recording against the live processor.
"""

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.one_instruction import by_model, by_processor
from vlearn.lab.recorded import asked_or_recorded
from vlearn.lab.shown import Shown, show
from vlearn.sim.cpu import Cpu, Instruction, boot, execute, fetch

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
    return {_name(*case): by_model(*state(*case)) for case in _all()}


def live_answers() -> dict[str, str]:
    """What Unicorn's processor does in the same states. Needs the extra `vlearn[oracle]`."""
    does = by_processor()
    return {_name(*case): does(*state(*case)) for case in _all()}


def beside_the_levels(iopl: int = 0) -> Shown:
    """What a processor does with each instruction at three levels, and whether the model does the same."""
    theirs, how = asked_or_recorded(live_answers, RECORDED)
    ours = model_answers()
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
