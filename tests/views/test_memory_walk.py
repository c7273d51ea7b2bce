import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.views.geometry import SVG, boxes_of, collisions, discs_of, root_of, texts_of
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    FIVE_LEVEL,
    FOUR_LEVEL,
    GIB,
    MIB,
    MODES,
    PAE,
    TWO_LEVEL,
    Access,
    PageTables,
    Translation,
    machine,
    translate,
    virtual_machine,
)
from vlearn.sim.memory.mmu import Mmu, operate
from vlearn.sim.memory.state import Descent
from vlearn.trace import run
from vlearn.views.memory_walk import draw_walk
from vlearn.views.svg import CURRENT, DONE, FAULT

TABLES = {
    TWO_LEVEL: PageTables(mode=TWO_LEVEL).map_page(0x8049000, 0x6000).map_page(0xC0000000, 0, 4 * MIB),
    PAE: PageTables(mode=PAE).map_page(0xBFFFE000, 0x7000, executable=False).map_page(0x200000, 0x400000, 2 * MIB),
    FOUR_LEVEL: PageTables()
    .map_page(0x7F1234567000, 0x5000)
    .map_page(0x40000000, 0x200000, 2 * MIB)
    .map_page(0x80000000, 0x40000000, GIB, writable=False)
    .map_page(0xFFFF800000000000, 0x345678000, user=False, executable=False),
    FIVE_LEVEL: PageTables(mode=FIVE_LEVEL).map_page(0x7F1234567000, 0x3FFFF5000000, executable=False),
}


def walk(mode, address, kind="read", user=True):
    return run(translate, machine(TABLES[mode]), [Access(address, kind, user)])


def moments(trace):
    for n in range(len(trace) + 1):
        yield trace.state_at(n), trace.steps[n - 1].event if n else None


def last(trace):
    (figure,) = draw_walk(trace.final, trace.steps[-1].event)
    return figure


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def badges(figure):
    root = root_of(figure.svg)
    discs = list(discs_of(root))
    return [text.words for text in texts_of(root) if any(disc.holds(text, 3) for disc in discs)]


def looks(figure, look):
    return [
        r for r in root_of(figure.svg).iter(f"{SVG}rect") if r.get("fill") == look.fill and float(r.get("width")) > 0
    ]


WALKS = [
    (TWO_LEVEL, 0x8049123, ["index 32", "index 73", "+ 0x123", "= 0x6123", "4 KiB page", "PD", "PT"]),
    (TWO_LEVEL, 0xC0012345, ["index 768", "offset 0x12345", "bits 21:0", "4 MiB page", "= 0x12345"]),
    (PAE, 0xBFFFE123, ["index 2", "PDPTE registers", "register", "= 0x7123", "loaded with CR3"]),
    (PAE, 0x212345, ["2 MiB page", "0x400000", "= 0x412345"]),
    (FOUR_LEVEL, 0x7F1234567ABC, ["0 1111 1110", "1010 1011 1100", "entry 359", "at 0x4b38", "0x5027", "= 0x5abc"]),
    (FOUR_LEVEL, 0x40012345, ["bits 20:0", "offset 0x12345", "2 MiB page", "= 0x212345"]),
    (FOUR_LEVEL, 0x80012345, ["bits 29:0", "1 GiB page", "= 0x40012345"]),
    (FIVE_LEVEL, 0x7F1234567ABC, ["PML5", "bits 56:48", "0x3ffff5000abc", "0x80003fff", "_f5000027"]),
]


@pytest.mark.parametrize(("mode", "address", "labels"), WALKS)
def test_a_finished_walk_shows_fields_tables_entries_and_the_page(mode, address, labels):
    trace = walk(mode, address)
    figure = last(trace)
    assert [label for label in labels if label not in words(figure)] == []
    assert f"{mode.name}: user read of {address:#x}" in words(figure)
    assert "Translated" in words(figure)
    assert f"physical address {trace.final.outcome.physical:#x}" in figure.alt
    assert len(looks(figure, DONE)) == 2  # the byte in the page, and the strip


@pytest.mark.parametrize(("mode", "address", "labels"), WALKS)
def test_as_many_entries_are_lit_and_numbered_as_references_were_made(mode, address, labels):
    for state, event in moments(walk(mode, address)):
        (figure,) = draw_walk(state, event)
        count = len(state.references)
        assert badges(figure) == [str(n) for n in range(1, count + 1)]
        shown = [word for word in words(figure) if word.startswith("entry ")]
        assert len(shown) == count + (mode is PAE and event is not None)


def test_the_current_reference_has_colour_outline_and_a_strong_badge():
    trace = walk(FOUR_LEVEL, 0x7F1234567ABC)
    for state, event in moments(trace):
        (figure,) = draw_walk(state, event)
        current = looks(figure, CURRENT)
        if event is None or not event.touches:
            assert not current
            continue
        assert len(current) == 2  # the field, and the entry it chooses
        assert {r.get("stroke-width") for r in current} == {"3"}
        strong = [disc for disc in root_of(figure.svg).iter(f"{SVG}circle") if disc.get("r") == "10"]
        assert len(strong) == 1
        assert f"Reference {len(state.references)} of at most 4" in words(figure)
        assert f"Reference {len(state.references)} of at most 4 is the {event.touches[0]}." in figure.alt


FAULTS = [
    (
        FOUR_LEVEL,
        0x7F1234568ABC,
        "write",
        "an entry is not present",
        "error code 0x6",
        ["W/R (bit 1) = 1", "P (bit 0) = 0"],
    ),
    (FOUR_LEVEL, 0xFFFF800000000123, "execute", "the rights forbid it", "error code 0x15", ["I/D (bit 4) = 1"]),
    (FOUR_LEVEL, 0x80000000, "write", "the rights forbid it", "error code 0x7", ["P (bit 0) = 1", "U/S (bit 2) = 1"]),
    (PAE, 0x40000000, "read", "an entry is not present", "error code 0x4", ["in user mode"]),
    (TWO_LEVEL, 0x0, "read", "an entry is not present", "error code 0x4", ["RSVD (bit 3) = 0"]),
]


@pytest.mark.parametrize(("mode", "address", "kind", "why", "code", "bits"), FAULTS)
def test_a_page_fault_is_a_block_with_every_bit_of_its_code(mode, address, kind, why, code, bits):
    figure = last(walk(mode, address, kind))
    assert f"#PF, page fault: {why}" in words(figure)
    assert f"{code}, CR2 = {address:#x}" in words(figure)
    assert [bit for bit in bits if bit not in words(figure)] == []
    assert code in figure.alt
    assert "in user mode" in figure.alt
    assert len(looks(figure, FAULT)) == 2  # the entry and the strip
    assert not looks(figure, DONE)


def test_a_reserved_bit_is_named_as_the_reason():
    tables = TABLES[FOUR_LEVEL].edit(0x7F1234567000, "PDE", set_bits=1 << 50)
    figure = last(run(translate, machine(tables), [Access(0x7F1234567000)]))
    assert "#PF, page fault: a reserved bit is set" in words(figure)
    assert "RSVD (bit 3) = 1" in words(figure)


def test_an_address_that_is_not_canonical_fails_at_its_upper_bits():
    figure = last(walk(FOUR_LEVEL, 0xFF00800000000123))
    assert "0xff00" in words(figure)
    assert "bits 63 to 47 of 0xff00800000000123 must all be equal" in words(figure)
    assert not badges(figure)


def test_a_flag_that_the_processor_sets_appears_in_the_entry():
    trace = walk(FOUR_LEVEL, 0x7F1234567ABC, "write")
    before, after = (
        [r.get("fill") for r in looks_of_flags(draw_walk(state, event)[0])]
        for state, event in [(s.state, s.event) for s in trace.steps if s.event.kind in ("read-entry", "set-accessed")][
            :2
        ]
    )
    assert before != after


def looks_of_flags(figure):
    return [r for r in root_of(figure.svg).iter(f"{SVG}rect") if r.get("height") == "15"]


def test_before_the_first_access_there_are_fields_and_tables_without_values():
    (figure,) = draw_walk(machine(TABLES[FOUR_LEVEL]), None)
    assert "4-level paging: no access yet" in words(figure)
    assert not badges(figure)
    assert {"PML4", "PDPT", "PD", "PT", "page", "bits 47:39", "index", "offset", "CR3"} <= set(words(figure))
    assert "before any access" in figure.alt


def test_a_walk_that_a_structure_cache_starts_further_down_says_which_tables_it_passed_over():
    start = walk(FOUR_LEVEL, 0x7F1234567ABC).final
    descent = start.descents[2]
    assert isinstance(descent, Descent)
    trace = run(lambda state, access: translate(state, access, descent), start, [Access(0x7F1234567ABC)])
    figure = last(trace)
    assert isinstance(trace.final.outcome, Translation)
    assert words(figure).count("cached") == 2
    assert badges(figure) == ["1", "2"]


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_the_walks_of_a_memory_management_unit_are_drawn_as_well(mode):
    address = {TWO_LEVEL: 0x8049123, PAE: 0xBFFFE123}.get(mode, 0x7F1234567ABC)
    start = Mmu(machine(TABLES[mode]))
    trace = run(
        operate, start, [Access(address), Access(address), Access(address ^ 0x3000), Access(address, "execute")]
    )
    assert "tlb-hit" in trace.kinds
    for step in trace.steps:
        (figure,) = draw_walk(step.state.walk, step.event)
        assert collisions(figure.svg) == []
        assert len(badges(figure)) == len(step.state.walk.references)
        if step.event.kind == "tlb-hit" and step.state.walk.outcome:
            assert "0 references of at most" in " ".join(words(figure))
            assert words(figure).count("cached") == 0


def test_a_guest_is_refused_with_the_name_of_the_other_view():
    with pytest.raises(ModelError, match="draw_nested"):
        draw_walk(virtual_machine(TABLES[FOUR_LEVEL]), None)


@pytest.mark.parametrize("kind", ["read", "write", "execute"])
@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_nothing_collides_or_leaves_the_page_at_any_moment(mode, kind):
    addresses = {TWO_LEVEL: [0x8049123, 0xC0012345], PAE: [0xBFFFE123, 0x212345]}
    for address in addresses.get(mode, [0x7F1234567ABC, 0xFFFF800000000123, 0x40000123, 0xFF00000000000000]):
        for state, event in moments(walk(mode, address, kind)):
            assert collisions(draw_walk(state, event)[0].svg) == []


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([*MODES.values()]), st.integers(0, 2**64 - 1), st.booleans())
def test_any_walk_is_drawn_the_same_twice_and_says_what_happened(mode, address, user):
    address &= (1 << mode.register_bits) - 1
    trace = walk(mode, address, user=user)
    for state, event in moments(trace):
        (figure,) = draw_walk(state, event)
        assert (figure,) == draw_walk(state, event)
        assert mode.name in figure.alt
        assert all(box.right <= 760 for box in boxes_of(root_of(figure.svg)))
    assert draw_walk(trace.final, trace.steps[-1].event)[0].alt.count("Translated") == isinstance(
        trace.final.outcome, Translation
    )
