"""A question whose key is how a guest's access ends: spoil one entry in one of the two dimensions, and run the walk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.entries import EPT_R, EPT_RWX, EPT_W, RW, A, P
from vlearn.sim.memory.machines import GUEST_AT, guest
from vlearn.sim.memory.modes import MODES, Level
from vlearn.sim.memory.page_tables import EptTables, PageTables
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.memory.walk import translate
from vlearn.views.memory_nested import draw_nested

FOLLOWS = {
    "page-fault": "a page fault, which the guest's own handler gets",
    "ept-violation": "an EPT violation, a VM exit to the hypervisor",
    "ept-misconfiguration": "an EPT misconfiguration, a VM exit to the hypervisor",
    "translated": "nothing: the access succeeds",
}
"""What can follow, by the last event of the walk."""
_MISTAKES = {
    "page-fault": "The guest gets a page fault only for what its own tables say.",
    "ept-violation": "A violation is an absent EPT entry, or a legal one that refuses; the walk reaches none here.",
    "ept-misconfiguration": "A misconfiguration is an EPT entry with an unsupported setting, such as W without R.",
    "translated": "One of the entries that the walk reaches refuses this access.",
}


@dataclass(frozen=True, slots=True)
class Setup:
    """A guest's tables and its EPT, the page that an access goes to, and one level of the guest's tables."""

    tables: PageTables
    ept: EptTables
    page: int
    physical: int
    level: Level

    def guest_clears(self, entry: str, bits: int) -> "Setup":
        """With these bits cleared in the guest's entry of that name."""
        return replace(self, tables=self.tables.edit(self.page, entry, clear_bits=bits))

    def ept_clears(self, guest_physical: int, bits: int) -> "Setup":
        """With these bits cleared in the EPT PTE of a guest-physical address."""
        return replace(self, ept=self.ept.edit(guest_physical, "EPT PTE", clear_bits=bits))

    @property
    def table(self) -> int:
        """The guest-physical address of the frame that holds the entry of `level`."""
        return self.tables.path(self.page)[-self.level.number].address & -FRAME


Spoil = tuple[str, Callable[[Setup], Setup]]
SPOILS: tuple[Spoil, ...] = (
    ("the guest's {entry} has P = 0; the EPT allows everything", lambda s: s.guest_clears(s.level.entry, P)),
    ("the EPT PTE of the page itself has W = 0; the guest's tables allow everything",
     lambda s: s.ept_clears(s.physical, EPT_W)),
    ("the EPT PTE of the frame that holds the guest's {entry} is 0; the guest's tables allow everything",
     lambda s: s.ept_clears(s.table, EPT_RWX)),
    ("the EPT PTE of the page itself has R = 0 and W = 1; the guest's tables allow everything",
     lambda s: s.ept_clears(s.physical, EPT_R)),
    ("the EPT PTE of the frame that holds the guest's {entry} has W = 0; the guest's tables allow everything",
     lambda s: s.ept_clears(s.table, EPT_W)),
    ("the guest's {entry} has P = 0, and the EPT PTE of the page that it once led to is 0",
     lambda s: s.guest_clears(s.level.entry, P).ept_clears(s.physical, EPT_RWX)),
    ("the guest's PTE has R/W = 0 and the EPT PTE of the page has W = 0",
     lambda s: s.guest_clears("PTE", RW).ept_clears(s.physical, EPT_W)),
)  # fmt: skip
"""What is wrong, in words about the drawn level, and how it is made so."""


def who_acts(rng: Random) -> Posed:
    """Which event follows an access of a guest, and who handles it?"""
    address, physical = rng.randrange(1 << 21, 1 << 30), rng.randrange(64, 512) * FRAME
    page = address & -FRAME
    # A and D are set beforehand: setting one is a write to the guest's table, which the EPT would judge first.
    tables = PageTables(MODES["4-level"]).map_page(page, physical, accessed=True, dirty=True)
    for level in tables.mode.levels[:-1]:
        tables = tables.edit(page, level.entry, set_bits=A)
    ept = EptTables()
    for start in (*tables.frames, physical):
        ept = ept.map_page(start, GUEST_AT + start)
    setup = Setup(tables, ept, page, physical, rng.choice(tables.mode.levels))
    words, spoil = rng.choice(SPOILS)
    spoilt = spoil(setup)
    access = Access(address, rng.choice(("read", "write")))
    replay = Replay(translate, guest(spoilt.tables, spoilt.ept), (access,), draw_nested)
    trace = replay.trace()
    right = trace.kinds[-1]
    wrong = [(FOLLOWS[kind], _MISTAKES[kind]) for kind in FOLLOWS if kind != right]
    options, correct = distractors(rng, FOLLOWS[right], wrong, len(wrong))
    prompt = Text(
        f"A guest with 4-level paging under a 4-level EPT makes a supervisor {access.kind} of"
        f" `0x{access.address:X}` with CR0.WP = 1. On the way, {words.format(entry=setup.level.entry)}. All A and D"
        " flags that the guest's walk would set are set already, EPT A/D flags are off, and nothing is cached. What"
        " follows?"
    )
    solution = Text(f"The walk reads {len(trace.final.references)} entries, then: {trace.steps[-1].event.text}.")
    return Posed((prompt,), SingleChoice(options, correct), (solution,), replay)
