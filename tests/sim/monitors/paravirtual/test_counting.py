import pytest

from vlearn.errors import ModelError
from vlearn.sim.monitors.paravirtual import entries, measured

GIB = 1 << 30


def test_a_gibibyte_is_262144_entries_in_256_or_512_page_tables():
    assert (entries(GIB).entries, entries(GIB).tables, entries(GIB, 8).tables) == (262_144, 256, 512)
    assert entries(GIB, 8).batches(128) == 2048
    assert entries(GIB, page=1 << 21).entries == 512


@pytest.mark.parametrize(
    ("way", "each"),
    [
        ("trap", lambda pages: pages),
        ("writable", lambda pages: pages // 1024 + 1),
        ("batch", lambda pages: pages // 128),
        ("table", lambda pages: pages // 1024),
    ],
)
def test_the_model_counts_what_the_arithmetic_says(way, each):
    for pages in (1024, 2048) if way != "trap" else (128, 256, 512):
        assert measured(pages, way) == each(pages)


def test_what_has_no_room_is_refused():
    with pytest.raises(ModelError, match="1 to 8192 pages"):
        measured(9000, "table")
    with pytest.raises(ModelError, match="at least one update"):
        entries(GIB).batches(0)
    with pytest.raises(ModelError, match="4 or 8 bytes"):
        entries(GIB, 16)
