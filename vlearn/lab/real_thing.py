"""The model beside the real thing: the same accesses on the model and on Unicorn's processor, live where it is there.

Without the extra `vlearn[oracle]` the processor's answers are those recorded in `recorded_paging.json`, and the table
says so. `tests/lab/test_real_thing.py` holds the recording against the live processor.
"""

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.recorded import asked_or_recorded
from vlearn.lab.shown import Shown, show
from vlearn.sim.memory.access import Access, PageFault, Translation
from vlearn.sim.memory.entries import RW, US
from vlearn.sim.memory.machines import machine
from vlearn.sim.memory.modes import MIB, TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.walk import translate
from vlearn.trace import run

RECORDED = FOLDER / "recorded_paging.json"
TABLES = (
    PageTables(TWO_LEVEL, root=0x1_0000)
    .map_page(0x5000, 0x5000)  # where the oracle keeps the instructions that make the accesses
    .map_page(0x00C0_3000, 0x0009_A000)
    .map_page(0x00C0_4000, 0x0007_1000, writable=False)
    .map_page(0x0080_3000, 0x0002_8000, user=False)
    .map_page(0x0100_0000, 0x0040_0000, 4 * MIB)
    .map_page(0x0140_0000, 0x0003_0000)
    .edit(0x0140_0000, "PDE", clear_bits=RW)
    .map_page(0x0180_0000, 0x0003_1000)
    .edit(0x0180_0000, "PDE", clear_bits=US)
)
ACCESSES = (
    Access(0x00C0_3ABC, user=True),
    Access(0x00C0_3ABC, "write", user=True),
    Access(0x00C0_4010, "write", user=True),
    Access(0x00C0_4010, "write"),
    Access(0x0080_3000, user=True),
    Access(0x0080_3000),
    Access(0x0100_1230, "write"),
    Access(0x0140_0000, "write", user=True),
    Access(0x0180_0010, user=True),
    Access(0x0200_0000, "write"),
)


def said(outcome: object) -> str:
    """An outcome in a few words, the same for the model and the processor."""
    match outcome:
        case Translation(physical) | int(physical):
            return f"physical {physical:#x}"
        case PageFault(error_code):
            return f"page fault, error code {error_code:#x}"
        case _:
            return type(outcome).__name__


def model_answers() -> tuple[str, ...]:
    """What the model says of every access."""
    return tuple(said(run(translate, machine(TABLES), [access]).final.outcome) for access in ACCESSES)


def live_answers() -> tuple[str, ...]:
    """What Unicorn's processor says of every access. Needs the extra `vlearn[oracle]`."""
    from vlearn.sim.memory.oracle import Oracle

    oracle = Oracle(TWO_LEVEL)
    return tuple(said(oracle.access(machine(TABLES), access).outcome) for access in ACCESSES)


def beside_the_processor() -> Shown:
    """The same accesses on the model and on a processor, in a table that says where they differ."""
    processor, how = asked_or_recorded(live_answers, RECORDED)
    rows = tuple(
        (str(access), ours, theirs, "yes" if ours == theirs else "NO")
        for access, ours, theirs in zip(ACCESSES, model_answers(), processor, strict=True)
    )
    blocks = (
        Text(f"The processor is Unicorn's x86 in 32-bit paging, {how}."),
        Table(("Access", "The model", "The processor", "Same?"), rows),
    )
    return show(blocks)
