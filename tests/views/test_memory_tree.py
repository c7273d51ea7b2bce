import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.sim.memory import EPT4, FIVE_LEVEL, GIB, KIB, MIB, PAE, TWO_LEVEL, EptTables, PageTables
from vlearn.sim.memory.entries import P
from vlearn.views.memory_spans import page_spans, spans
from vlearn.views.memory_tree import MOST, draw_tables

MIXED = (
    PageTables()
    .map_page(0x400000, 0x10000, length=0x8000)
    .map_page(0x408000, 0x30000, writable=False, length=0x4000)
    .map_page(0x40000000, 0x200000, 2 * MIB)
    .map_page(0x80000000, 0x40000000, GIB)
    .map_page(0xFFFF800000000000, 0x345000, user=False, executable=False)
)
EPT = EptTables().map_page(0, 4 * GIB, length=16 * MIB).map_page(16 * MIB, 5 * GIB, 2 * MIB, length=8 * MIB)
SCATTERED = PageTables().map_page(0, 0)
for _n in range(1, 20):
    SCATTERED = SCATTERED.map_page(_n * 4 * MIB, _n * 2 * KIB * 4)
EVERY = {
    "mixed": MIXED,
    "ept": EPT,
    "scattered": SCATTERED,
    "empty": PageTables(),
    "32-bit": PageTables(mode=TWO_LEVEL).map_page(0x8049000, 0x6000).map_page(0xC0000000, 0, 4 * MIB),
    "pae": PageTables(mode=PAE).map_page(0xBFFFE000, 0x7000, executable=False).map_page(0x200000, 0x400000, 2 * MIB),
    "5-level": PageTables(mode=FIVE_LEVEL).map_page(0x7F1234567000, 0x3FFFF5000000, length=0x3000),
}


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def shape(tree):
    return tuple((span.indices, span.count, shape(span.below)) for span in tree)


SHAPES = [
    (EPT, (("0", 1, (("0", 1, (("0–7", 8, (("0–511", 4096, ()),)), ("8–11", 4, ()))),)),)),
    (EVERY["32-bit"], (("32", 1, (("73", 1, ()),)), ("768", 1, ()))),
    (EVERY["pae"], (("0", 1, (("1", 1, ()),)), ("2", 1, (("511", 1, (("510", 1, ()),)),)))),
    (EVERY["empty"], ()),
]


@pytest.mark.parametrize(("tables", "expected"), SHAPES)
def test_entries_that_continue_one_another_are_one_span(tables, expected):
    assert shape(spans(tables)) == expected


@pytest.mark.parametrize(
    "second",
    [
        {"address": 0x5000, "physical": 0x9000},  # not the next physical page
        {"address": 0x6000, "physical": 0x8000},  # not the next linear page
        {"address": 0x5000, "physical": 0x8000, "writable": False},  # not the same rights
    ],
)
def test_entries_that_do_not_continue_stay_apart(second):
    tables = PageTables().map_page(0x4000, 0x7000).map_page(**second)
    assert [span.count for span in page_spans(spans(tables))] == [1, 1]
    joined = PageTables().map_page(0x4000, 0x7000).map_page(0x5000, 0x8000)
    assert [span.count for span in page_spans(spans(joined))] == [2]


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(st.integers(0, 2000), st.integers(0, 40), min_size=1, max_size=12))
def test_the_spans_map_what_the_tables_map(pages):
    tables = PageTables(mode=PAE)
    for page, frame in pages.items():
        tables = tables.map_page(page * 4 * KIB, frame * 4 * KIB)
    found = {
        span.address + n * 4 * KIB: span.physical + n * 4 * KIB
        for span in page_spans(spans(tables))
        for n in range(span.count)
    }
    assert found == {page * 4 * KIB: frame * 4 * KIB for page, frame in pages.items()}


def test_an_address_in_the_upper_half_is_written_as_the_processor_does():
    assert [span.address for span in page_spans(spans(MIXED))][-1] == 0xFFFF800000000000


def test_the_figure_shows_tables_indices_and_pages():
    figure, table = draw_tables(MIXED)
    labels = [
        "PML4",
        "PDPT",
        "0x1000",
        "0–7",
        "8–11",
        "0x400000",
        "→ 0x10000",
        "8 × 4 KiB: R/W U/S",
        "1 × 1 GiB: R/W U/S",
    ]
    assert [label for label in labels if label not in words(figure)] == []
    assert table.rows[0] == ("0x400000", "0x10000", "8", "4 KiB", "P R/W U/S")
    assert len(table.rows) == 5
    assert "0x40000000 leads to 0x200000, 1 × 2 MiB: R/W U/S" in figure.alt
    assert f"a tree of {len(MIXED.frames)} tables" in figure.alt


def test_tables_that_are_alike_are_drawn_as_one():
    figure, _ = draw_tables(EPT)
    assert "8 × EPT PT" in words(figure)
    assert "4096 × 4 KiB: R W X" in words(figure)
    assert len(list(root_of(figure.svg).iter(f"{SVG}rect"))) == 3 + 1 + 2


def test_a_large_tree_is_cut_and_says_so():
    figure, table = draw_tables(SCATTERED)
    assert f"and {20 - MOST} more spans of pages" in words(figure)
    assert figure.alt.endswith(f"and {20 - MOST} more.")
    assert len(table.rows) == 20


def test_a_table_that_maps_nothing_is_still_a_table():
    emptied = PageTables().map_page(0x1000, 0x2000).edit(0x1000, "PTE", clear_bits=P)
    figure, table = draw_tables(emptied)
    assert "PT" in words(figure)
    assert not table.rows
    assert "Pages: none" in figure.alt


@pytest.mark.parametrize("tables", EVERY.values(), ids=EVERY)
def test_nothing_collides_or_leaves_the_page(tables):
    figure, _ = draw_tables(tables)
    assert collisions(figure.svg) == []
    assert draw_tables(tables)[0] == figure
    assert tables.mode.name in figure.alt
    assert (tables.mode is EPT4) == ("EPT" in figure.alt)
