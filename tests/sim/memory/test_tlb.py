"""The TLB as a value: sets, ways, tags, page sizes."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.memory import GIB, KIB, MIB, Rights, Tlb, Translation
from vlearn.sim.memory.tlb import Tag, TlbEntry

HERE = Tag(vpid=1, pcid=2)


def entry(page, size=4 * KIB, tag=HERE, global_page=False):
    return TlbEntry(tag, page, Translation(page + GIB, size, Rights(), False, global_page))


def filled(tlb, *entries):
    for each in entries:
        tlb, _ = tlb.fill(each)
    return tlb


def test_a_page_is_found_by_any_address_in_it_and_by_no_other():
    tlb = filled(Tlb.empty(), entry(0x5000))
    assert tlb.find(0x5000, HERE) == tlb.find(0x5FFF, HERE) == entry(0x5000)
    assert tlb.find(0x4FFF, HERE) is None
    assert tlb.find(0x6000, HERE) is None


@pytest.mark.parametrize("size", [4 * KIB, 2 * MIB, 4 * MIB, GIB])
def test_pages_of_all_sizes_are_found(size):
    tlb = filled(Tlb.empty(), entry(3 * GIB, size))
    assert tlb.find(3 * GIB + size - 1, HERE).translate(3 * GIB + size - 1).physical == 4 * GIB + size - 1


@pytest.mark.parametrize("tag", [Tag(vpid=1, pcid=3), Tag(vpid=2, pcid=2), Tag(vpid=1, pcid=2, ept=0x1000)])
def test_an_entry_serves_its_own_context_alone(tag):
    assert filled(Tlb.empty(), entry(0x5000)).find(0x5000, tag) is None


def test_a_global_page_serves_every_pcid_of_its_processor():
    tlb = filled(Tlb.empty(), entry(0x5000, global_page=True))
    assert tlb.find(0x5000, Tag(vpid=1, pcid=9))
    assert tlb.find(0x5000, Tag(vpid=2, pcid=2)) is None


def test_pages_whose_numbers_differ_by_the_number_of_sets_compete():
    tlb = Tlb.empty(entries=8, ways=2)
    pages = [0x0000, 0x4000, 0x8000]
    tlb = filled(tlb, *map(entry, pages[:2]))
    tlb, victim = tlb.fill(entry(pages[2]))
    assert victim == entry(0x0000)
    assert [tlb.find(page, HERE) is not None for page in pages] == [False, True, True]


def test_a_hit_spares_an_entry_under_lru_and_not_under_fifo():
    for policy, survivor in (("LRU", 0x0000), ("FIFO", 0x4000)):
        tlb = filled(Tlb.empty(8, 2, policy), entry(0x0000), entry(0x4000)).hit(entry(0x0000))
        tlb, _ = tlb.fill(entry(0x8000))
        assert {e.page for e in tlb.entries} == {survivor, 0x8000}


def test_a_forgotten_entry_leaves_a_free_way():
    tlb = filled(Tlb.empty(8, 2), entry(0x0000), entry(0x4000)).without(lambda e: e.page == 0x4000)
    tlb, victim = tlb.fill(entry(0x8000))
    assert victim is None
    assert len(tlb.entries) == 2


SIZES = [
    ({"entries": 6, "ways": 4}, "6 entries do not make sets of 4 ways"),
    ({"entries": 0, "ways": 4}, "0 entries do not make sets"),
    ({"ways": 0}, "do not make sets of 0 ways"),
    ({"policy": "random"}, "no replacement policy 'random'; choose one of LRU, FIFO, tree-PLRU"),
    ({"entries": 6, "ways": 3, "policy": "tree-PLRU"}, "a tree needs a power of two ways, not 3"),
]


@pytest.mark.parametrize(("options", "message"), SIZES)
def test_a_buffer_that_cannot_be_built_is_refused_in_words(options, message):
    with pytest.raises(ModelError, match=message):
        Tlb.empty(**options)
