"""Keys of the shadow-paging generators, recomputed from the prompt by a few flags for each page and no page table."""

import re
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS

SEEDS = range(120)


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def exits(words, lazy):
    """Exits of the run in a prompt: for each page whether the shadow has it, whether it may write, whether D is set."""
    told = words.split("in this order: ")[1].split(". How many")[0].split("; ")
    shadow, stale, dirty, protected, count = {}, set(), set(), True, 0
    for move in told:
        page = int(found[-1]) if (found := re.findall(r"page (\d+)", move)) else None
        if "maps page" in move or "stores another" in move:
            count += protected
            protected = protected and not lazy
            dirty.discard(page)
            if page in shadow and lazy:
                stale.add(page)
            else:
                shadow.pop(page, None)
        elif "INVLPG" in move:
            count += 1
            shadow = {p: w for p, w in shadow.items() if p != page or p not in stale}
            stale.discard(page)
        elif "loads CR3" in move:
            count += 1
            shadow = {p: w for p, w in shadow.items() if p not in stale}
            protected, stale = True, set()
        elif "writes" in move and not shadow.get(page):
            count += 1
            dirty.add(page)
            shadow[page] = True
        elif page not in shadow:
            count += 1
            shadow[page] = page in dirty
    return count


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_exits_are_those_that_flags_on_paper_give(seed, lazy):
    posed = pose("count-shadow-exits", seed, lazy=lazy)
    assert posed.answer.value == exits(posed.prompt[0].markdown, lazy)


def last_fault(words):
    """What the last access brings, by the guest's rights and three flags of the one page."""
    rights = re.search(r"starts with (.*?), A = 0", words)[1]
    run = words.split("CR0.WP = 1. ")[1].split(". What does")[0]
    told = re.split(r"; then |\. Now ", run.removeprefix("First, ").removeprefix("As the first thing of all, "))
    entry = dirty = writable = False
    kind = "none"
    for move in told:
        if "takes the system frame" in move:
            entry = writable = False
        elif "stores the entry" in move:
            entry = entry and not writable
            dirty = writable = False
        elif "INVLPG" not in move:
            write, user = "writes" in move, "a program" in move
            denied = "P = 0" in rights or ("R/W = 0" in rights and write) or ("U/S = 0" in rights and user)
            held = entry and (writable or not write)
            kind = "none" if held else "true" if denied else "empty" if not entry else "dirty"
            kind = "true" if denied else "traced" if write and "names holds" in rights else kind
            if kind in ("empty", "dirty"):
                dirty = dirty or write
                entry, writable = True, dirty and "R/W = 1" in rights
    return kind


WORDS = {"true": "a true", "none": "none", "empty": "no entry", "dirty": "read-only until D", "traced": "a traced"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_kind_of_fault_is_the_one_that_rights_and_flags_give(seed):
    posed = pose("which-shadow-fault", seed)
    right = posed.answer.options[posed.answer.correct].text
    assert WORDS[last_fault(posed.prompt[0].markdown.replace("it names", "names"))] in right


@pytest.mark.parametrize(
    ("name", "lazy"), [("which-shadow-fault", None), ("count-shadow-exits", False), ("count-shadow-exits", True)]
)
def test_there_are_a_hundred_variants_or_more(name, lazy):
    parameters = {} if lazy is None else {"lazy": lazy}
    assert len({pose(name, seed, **parameters).prompt for seed in SEEDS}) >= 100
