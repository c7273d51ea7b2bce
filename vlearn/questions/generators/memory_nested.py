"""Questions whose key is a two-dimensional walk: how many references, and which one comes when."""

from fractions import Fraction
from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.machines import smallest_machine
from vlearn.sim.memory.modes import EPT_MODES, MODES, Mode, size_name
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.walk import translate
from vlearn.views.memory_nested import draw_nested

Part = Literal["all", "guest", "host"]
_ASKED: dict[Part, str] = {
    "all": "How many paging-structure entries does the processor read",
    "guest": "How many entries of the guest's own tables does the processor read",
    "host": "How many entries of the EPT does the processor read",
}


def _walk(guest: Mode, guest_page: int, host: Mode, host_page: int) -> Replay[Walk, Access]:
    """A walk in a guest with one page mapped, behind host pages of one size."""
    address = guest_page * 3 | 0x123
    tables = PageTables(guest).map_page(guest_page * 3, 4 * guest_page, guest_page)
    return Replay(translate, smallest_machine(tables, address, host_page, host), (Access(address),), draw_nested)


def _setting(guest: Mode, guest_page: int, host: Mode, host_page: int) -> str:
    loaded = " (its PDPTE registers were loaded with CR3)" if guest.loaded else ""
    return (
        f"A guest uses {guest.name} with pages of {size_name(guest_page)}{loaded}; its host uses a {host.name} with"
        f" pages of {size_name(host_page)} throughout. TLB and paging-structure caches are empty."
    )


def count_references(rng: Random) -> Posed:
    """How many entries a two-dimensional walk reads, in all or of one dimension, for drawn modes and page sizes."""
    guest, host = rng.choice(tuple(MODES.values())), rng.choice(tuple(EPT_MODES.values()))
    guest_page, host_page = rng.choice(guest.page_sizes), rng.choice(host.page_sizes)
    part = rng.choice(tuple(_ASKED))
    replay = _walk(guest, guest_page, host, host_page)
    references = replay.trace().final.references
    own = sum(reference.host_level == 0 for reference in references)
    count = {"all": len(references), "guest": own, "host": len(references) - own}[part]
    g, h = guest.depth(guest_page), host.depth(host_page)
    prompt = Text(
        f"{_setting(guest, guest_page, host, host_page)} {_ASKED[part]} to translate one address of the guest? Do not"
        " count the access to the data itself."
    )
    solution = Text(
        f"The guest's walk reads g = {g}, an EPT walk h = {h}. Each of the guest's entries lies at a guest-physical"
        f" address, so an EPT walk comes before it, and the address they lead to needs one more: {g} + 1 EPT walks of"
        f" {h} entries are {len(references) - own}, and the guest's own entries are {own}, together"
        f" ({g} + 1)({h} + 1) − 1 = {len(references)}. Asked for: **{count}**."
    )
    return Posed((prompt,), Numeric(Fraction(count), unit="entries"), (solution,), replay)


def place_in_words(name: str) -> str:
    """The reference `gL4:nL3` as a sentence says it."""
    own, _, host_level = name.partition(":")
    if not host_level:
        return f"{own}, the guest's own entry"
    return f"{host_level}, on the way to {'the data' if own == 'gPA' else own}"


def nth_reference(rng: Random) -> Posed:
    """Which entry is read as reference number n of a two-dimensional walk?"""
    guest, host = rng.choice((MODES["2-level"], MODES["4-level"])), rng.choice(tuple(EPT_MODES.values()))
    guest_page, host_page = rng.choice(guest.page_sizes[:2]), rng.choice(host.page_sizes[:2])
    replay = _walk(guest, guest_page, host, host_page)
    names = [reference.name for reference in replay.trace().final.references]
    h = host.depth(host_page)
    n = rng.randrange(2, len(names))
    one_after_the_other = [name for name in names if ":" not in name] + names[-h:]
    guest_first = (
        "This walks the guest's tables first and the EPT once at the end; but each guest entry needs an EPT walk."
    )
    wrong = (
        (names[n], "This is the next one: references are counted from 1."),
        *((name, guest_first) for name in one_after_the_other[n - 1 : n]),
        (names[n - 2], "This is the one before it."),
        *((name, "This is the same place in the next row of the walk.") for name in names[n + h : n + h + 1]),
        *((name, "This is the same place in the row before.") for name in names[: max(0, n - h - 1)][-1:]),
    )
    options, correct = distractors(
        rng, place_in_words(names[n - 1]), [(place_in_words(name), why) for name, why in wrong], 3
    )
    prompt = Text(
        f"{_setting(guest, guest_page, host, host_page)} Which entry is read as reference number {n} of the walk?"
        f" (`nL{len(host.levels)}` is an entry of the EPT's root table, `gL{guest.levels[0].number}` one of the guest's"
        " root table.)"
    )
    order = ", ".join(f"`{name}`" for name in names)
    solution = Text(
        f"In order, with `gL1:nL2` for level 2 of the EPT on the way to the guest's gL1, the walk reads {order}."
        f" Number {n} is `{names[n - 1]}`."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,), replay)
