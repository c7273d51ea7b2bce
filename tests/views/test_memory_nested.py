import pytest

from tests.views.geometry import SVG, collisions, discs_of, root_of, texts_of
from vlearn.blocks import Figure, Table
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    EPT4,
    EPT5,
    FIVE_LEVEL,
    FOUR_LEVEL,
    GIB,
    MIB,
    PAE,
    TWO_LEVEL,
    Access,
    EptTables,
    PageTables,
    guest,
    machine,
    translate,
    virtual_machine,
)
from vlearn.trace import run
from vlearn.views.memory_nested import draw_nested
from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST, READ

ADDRESS = 0x7F1234567ABC
SMALL = PageTables().map_page(0x7F1234567000, 0x5000)
LARGE = PageTables().map_page(0x40000000, 0x200000, 2 * MIB)


def walk(start, address=ADDRESS, kind="read", user=False):
    return run(translate, start, [Access(address, kind, user)])


def moments(trace):
    for n in range(len(trace) + 1):
        yield trace.state_at(n), trace.steps[n - 1].event if n else None


def reading(trace, number):
    """The moment at which the reference of this number was just made."""
    steps = [step for step in trace.steps if step.event.kind.startswith("read-")]
    return draw_nested(steps[number - 1].state, steps[number - 1].event)


def last(trace):
    return draw_nested(trace.final, trace.steps[-1].event)


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def badges(figure):
    root = root_of(figure.svg)
    discs = list(discs_of(root))
    return [int(text.words) for text in texts_of(root) if any(disc.holds(text, 3) for disc in discs)]


def cells(figure, *looks):
    fills = {look.fill for look in looks}
    return [r for r in root_of(figure.svg).iter(f"{SVG}rect") if r.get("fill") in fills and r.get("height") == "62"]


SIZES = [
    (SMALL, ADDRESS, 4096, EPT4, 24),
    (SMALL, ADDRESS, 2 * MIB, EPT4, 19),
    (SMALL, ADDRESS, GIB, EPT4, 14),
    (LARGE, 0x40012345, 4096, EPT4, 19),
    (LARGE, 0x40012345, 2 * MIB, EPT4, 15),
    (SMALL, ADDRESS, 4096, EPT5, 29),
    (PageTables(mode=FIVE_LEVEL).map_page(0x7F1234567000, 0x5000, executable=False), ADDRESS, 4096, EPT5, 35),
    (PageTables(mode=TWO_LEVEL).map_page(0x8049000, 0x6000), 0x8049ABC, 4096, EPT4, 14),
    (PageTables(mode=PAE).map_page(0xBFFFE000, 0x7000), 0xBFFFE123, 4096, EPT4, 14),
]


@pytest.mark.parametrize(("tables", "address", "host_page", "host", "count"), SIZES)
def test_every_reference_is_a_numbered_cell_and_the_data_is_none(tables, address, host_page, host, count):
    trace = walk(virtual_machine(tables, host_page, host), address)
    figure, table = last(trace)
    assert badges(figure) == [*range(1, count + 1)]
    assert len(cells(figure, READ, GUEST)) == count == len(table.rows)
    assert len(cells(figure, GUEST)) == sum(read.host_level == 0 for read in trace.final.references)
    assert len(cells(figure, DONE)) == 1
    assert "not counted" in words(figure)


def test_the_grid_fills_in_the_order_of_the_references():
    trace = walk(virtual_machine(SMALL))
    for number in range(1, 25):
        figure, table = reading(trace, number)
        assert sorted(badges(figure)) == [*range(1, number + 1)]
        (current,) = cells(figure, CURRENT)
        assert current.get("stroke-width") == "3"
        assert f"Reference {number} of at most 24" in words(figure)
        assert f"Reference {number} of at most 24 is {table.rows[-1][1]}: " in figure.alt
        assert len(table.rows) == number


def test_reference_seven_is_the_second_of_the_second_row():
    figure, table = reading(walk(virtual_machine(SMALL)), 7)
    (current,) = cells(figure, CURRENT)
    rows = sorted({float(r.get("y")) for r in cells(figure, READ, GUEST, CURRENT)})
    assert float(current.get("y")) == rows[1]
    assert table.rows[6] == ("7", "gL3:nL3", "EPT PDPTE", "0x2240", "0x2000", "0x3007")
    assert "gPA 0x2240" in words(figure)
    assert "hPA 0x100002240" not in words(figure)
    assert "hPA 0x1000017f0" in words(figure)


def test_rows_and_columns_carry_their_names():
    figure, _ = last(walk(virtual_machine(SMALL)))
    names = ["gL4", "gL3", "gL2", "gL1", "gPA", "nL4", "nL3", "nL2", "nL1", "EPT PDE", "PTE 359", "guest CR3"]
    assert [name for name in names if name not in words(figure)] == []
    assert "EPTP 0x101e: every row starts at 0x1000" in words(figure)


def test_a_large_guest_page_takes_a_row_away_and_a_large_host_page_a_column():
    figure, _ = last(walk(virtual_machine(LARGE, 2 * MIB), 0x40012345))
    assert "no row gL1: the guest's PDE maps a 2 MiB page" in words(figure)
    assert words(figure).count("2 MiB page") == 4
    assert "15 references of at most 24" in words(figure)
    whole, _ = last(walk(virtual_machine(SMALL)))
    every, fewer = (
        sum(1 for r in root_of(f.svg).iter(f"{SVG}rect") if r.get("height") == "62") for f in (whole, figure)
    )
    assert every - fewer == 6 + 4  # a label and five cells of the row, and nL1 in the four rows that remain


def holed(**leaf):
    """A guest whose page tables' last frame, at guest-physical 0x4000, is mapped with other rights or not at all."""
    ept = EptTables().map_page(0, 4 * GIB, length=0x4000)
    return guest(SMALL, ept.map_page(0x4000, 4 * GIB + 0x4000, **leaf) if leaf else ept)


def test_an_ept_violation_is_drawn_at_the_entry_that_refused():
    figure, table = last(walk(holed()))
    assert len(cells(figure, FAULT)) == 1
    assert table.rows[-1][1] == "gL1:nL1"
    assert "EPT violation, VM exit reason 48" in words(figure)
    assert f"exit qualification 0x81, guest-physical 0x4b38, guest-linear {ADDRESS:#x}" in words(figure)
    assert {"bit 0 = 1", "bit 1 = 0", "bit 7 = 1", "bit 8 = 0", "data read"} <= set(words(figure))
    assert "exit qualification 0x81" in figure.alt
    assert not cells(figure, DONE)


def test_a_flag_that_the_ept_forbids_the_guest_to_set_fails_at_the_guests_entry():
    figure, table = last(walk(holed(writable=False)))
    assert table.rows[-1][1] == "gL1"
    assert len(cells(figure, FAULT)) == 1
    assert "exit qualification 0xab, guest-physical 0x4b38, guest-linear 0x7f1234567abc" in words(figure)


def test_a_guest_physical_address_beyond_the_ept_fails_before_any_reference_of_its_row():
    tables = PageTables(physical_bits=52).map_page(0x7F1234567000, 1 << 50)
    figure, table = last(walk(virtual_machine(tables)))
    assert len(table.rows) == 20
    (fault,) = cells(figure, FAULT)
    assert fault.get("x") == "2"  # the label of the last row


def test_an_ept_misconfiguration_has_no_qualification():
    ept = EptTables().map_page(0, 4 * GIB, length=16 * MIB).edit(0x3000, "EPT PTE", clear_bits=1)
    figure, _ = last(walk(guest(SMALL, ept)))
    assert "EPT misconfiguration, VM exit reason 49" in words(figure)
    assert len(cells(figure, FAULT)) == 1
    assert "no qualification" in figure.alt


def test_a_page_fault_of_the_guest_is_drawn_at_the_guests_entry():
    figure, table = last(walk(virtual_machine(SMALL), ADDRESS + 0x1000, "write", user=True))
    assert table.rows[-1][1] == "gL1"
    assert "#PF, page fault: an entry is not present" in words(figure)
    assert "20 references of at most 24" in words(figure)
    assert len(cells(figure, FAULT)) == 1


def test_a_row_whose_table_was_found_before_needs_no_ept_walk():
    first = walk(virtual_machine(SMALL)).final
    trace = run(lambda state, access: translate(state, access, first.descents[3]), first, [Access(ADDRESS)])
    figure, table = last(trace)
    assert [row[1] for row in table.rows] == ["gL1", "gPA:nL4", "gPA:nL3", "gPA:nL2", "gPA:nL1"]
    assert "translation cached" in words(figure)
    assert "no row gL4: a paging-structure cache led past the PML4E" in words(figure)


def test_before_the_walk_there_is_an_empty_grid_and_no_table():
    (figure,) = draw_nested(virtual_machine(SMALL), None)
    assert isinstance(figure, Figure)
    assert not badges(figure)
    assert "at most 24 references" in figure.alt
    assert "PML4E" in words(figure)


def test_a_walk_without_an_ept_is_refused_with_the_name_of_the_other_view():
    with pytest.raises(ModelError, match="draw_walk"):
        draw_nested(machine(SMALL), None)


@pytest.mark.parametrize(
    "start", [holed(), holed(writable=False), *(virtual_machine(t, p, h) for t, _, p, h, _ in SIZES)]
)
def test_nothing_collides_or_leaves_the_page_at_any_moment(start):
    address = {TWO_LEVEL: 0x8049ABC, PAE: 0xBFFFE123}.get(start.registers.mode, ADDRESS)
    for state, event in moments(walk(start, address)):
        blocks = draw_nested(state, event)
        assert blocks == draw_nested(state, event)
        assert collisions(blocks[0].svg) == []
        assert len(state.references) == (len(blocks[1].rows) if blocks[1:] else 0)
        assert all(isinstance(block, Figure | Table) for block in blocks)
        assert (FOUR_LEVEL.name in blocks[0].alt) == (start.registers.mode is FOUR_LEVEL)
