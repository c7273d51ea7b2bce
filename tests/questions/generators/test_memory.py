"""Keys of the memory generators, recomputed by means that share nothing with the models: arithmetic and plain lists."""

import re
from random import Random

import pytest

from vlearn.blocks import Table
from vlearn.questions.generators import GENERATORS

SEEDS = range(60)


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def dump(posed):
    """The entries that the prompt prints, by address."""
    table = next(block for block in posed.prompt if isinstance(block, Table))
    return {int(address, 16): int(entry, 16) for address, entry in table.rows}


def numbers(posed):
    """The hexadecimal numbers that the prompt's sentence states."""
    return [int(found, 16) for found in re.findall(r"0x[0-9A-F]+", posed.prompt[0].markdown)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_two_level_walk_is_what_arithmetic_says(seed):
    posed = pose("walk-address", seed, mode="2-level")
    memory, (root, address) = dump(posed), numbers(posed)
    table = memory[root + (address >> 22) * 4] & ~0xFFF
    page = memory[table + (address >> 12 & 0x3FF) * 4] & ~0xFFF
    assert posed.answer.value == page + (address & 0xFFF)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("page", "levels"), [("4 KiB", 4), ("2 MiB", 3), ("1 GiB", 2)])
def test_a_four_level_walk_is_what_arithmetic_says(seed, page, levels):
    posed = pose("walk-address", seed, mode="4-level", page=page)
    memory, (table, address) = dump(posed), numbers(posed)
    for shift in (39, 30, 21, 12)[:levels]:
        entry = memory[table + (address >> shift & 0x1FF) * 8]
        table = entry & 0x000F_FFFF_FFFF_F000
        span = 1 << shift
    assert posed.answer.value == (entry & ~(span - 1) & 0x000F_FFFF_FFFF_FFFF) + address % span


@pytest.mark.parametrize("seed", SEEDS)
def test_the_walk_to_fill_in_reads_what_the_dump_shows(seed):
    posed = pose("trace-walk", seed, mode="4-level")
    memory = dump(posed)
    for _, index, at, value in posed.answer.rows:
        assert memory[int(at, 16)] == int(value, 16)
        assert int(at, 16) % 4096 == int(index) * 8


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("mode", "shifts", "width"), [("2-level", (22, 12), 4), ("4-level", (39, 30, 21, 12), 8)])
def test_a_fault_has_the_error_code_that_the_combined_rights_give(seed, mode, shifts, width):
    posed = pose("find-fault", seed, mode=mode)
    memory, (table, address) = dump(posed), numbers(posed)
    words = posed.prompt[0].markdown
    write, user = "writes to" in words, "user-mode" in words
    code, rights = None, 0b111
    for shift in shifts:
        entry = memory.get(table + (address >> shift & (4096 // width - 1)) * width, 0)
        if not entry & 1:
            code = write << 1 | user << 2
            break
        rights &= entry
        table = entry & 0x000F_FFFF_FFFF_F000
    else:
        if (write and not rights & 2) or (user and not rights & 4):
            code = 1 | write << 1 | user << 2
    said = posed.answer.options[posed.answer.correct].text
    assert said.startswith("no fault" if code is None else f"page fault with error code 0x{code:X} ")


@pytest.mark.parametrize("seed", SEEDS)
def test_references_follow_the_published_formula(seed):
    posed = pose("count-references", seed)
    text = posed.solution[0].markdown
    g, h = int(re.search(r"g = (\d+)", text)[1]), int(re.search(r"h = (\d+)", text)[1])
    asked = posed.prompt[0].markdown
    expected = g if "guest's own tables" in asked else (g + 1) * h if "of the EPT" in asked else (g + 1) * (h + 1) - 1
    assert posed.answer.value == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_nth_reference_is_in_the_right_row_and_column(seed):
    posed = pose("nth-reference", seed)
    prompt, names = posed.prompt[0].markdown, re.findall(r"`([^`]+)`", posed.solution[0].markdown)
    n = int(re.search(r"number (\d+)", prompt)[1])
    order, asked = names[1:-1], names[-1]
    g = sum(":" not in name for name in order)
    h = (len(order) + 1) // (g + 1) - 1
    row, column = divmod(n - 1, h + 1)
    assert (":" not in asked) == (column == h)
    assert asked.startswith("gPA" if row == g else "gL")
    assert order[n - 1] == asked


@pytest.mark.parametrize("seed", SEEDS)
def test_misses_are_those_of_a_plain_list_kept_in_order_of_use(seed):
    posed = pose("tlb-misses", seed)
    words = posed.prompt[0].markdown
    size, ways = map(int, re.search(r"has (\d+) entries in sets of (\d+)", words).groups())
    pages = [int(page) for page in re.search(r"from pages ([\d, ]+), in", words)[1].split(", ")]
    sets, misses = [[] for _ in range(size // ways)], 0
    for page in pages:
        used = sets[page % len(sets)]
        misses += page not in used
        if page in used:
            used.remove(page)
        used.append(page)
        del used[:-ways]
    assert posed.answer.value == misses


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_to_fill_in_evicts_only_on_a_miss(seed):
    for _, _, what, evicted in pose("tlb-run", seed).answer.rows:
        assert what in ("hit", "miss")
        assert evicted == "none" or what == "miss"


ENDS = {
    "guest's PTE has R/W = 0": ("write", "a page fault", "nothing"),
    "page itself has W = 0;": ("write", "an EPT violation", "nothing"),
    "has R = 0 and W = 1": ("write", "an EPT misconfiguration", "an EPT misconfiguration"),
    "is 0; the guest's tables allow everything": ("write", "an EPT violation", "an EPT violation"),
    "has P = 0": ("write", "a page fault", "a page fault"),
    "has W = 0; the guest's tables allow everything": ("write", "nothing", "nothing"),
}
"""By what is spoilt: how a write ends, and how a read does."""


@pytest.mark.parametrize("seed", range(200))
def test_each_spoilt_entry_is_felt_by_whoever_owns_it(seed):
    posed = pose("who-acts", seed)
    words = posed.prompt[0].markdown
    spoilt = next(key for key in ENDS if key in words)
    expected = ENDS[spoilt][1] if "supervisor write" in words else ENDS[spoilt][2]
    assert posed.answer.options[posed.answer.correct].text.startswith(expected)
