"""Keys of chapter 3's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.paravirtual_scenes import (
    ACCEPTED,
    CATEGORIES,
    FOREIGN,
    KINDS,
    OTHER,
    TABLE,
    drawn_domain,
)
from vlearn.questions.generators.paravirtual_scenes import category as answered
from vlearn.questions.model import Classification, SingleChoice
from vlearn.render.text import to_text
from vlearn.sim.monitors.paravirtual.requests import reason_against

SEEDS = range(30)
NAMES = (
    "order-path", "levels-of-call", "entries-of-call", "count-mapping", "judge-updates", "batch-until-refused",
    "selector-read",
)  # fmt: skip
PRIVILEGED = ("out", "clts", "invlpg", "cli", "sti")


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    return posed.prompt[0].markdown


def listing(posed):
    code = next(block for block in posed.prompt if isinstance(block, Code))
    return [line.strip() for line in code.source.splitlines()]


def enters(setting, instruction):
    """Whether the monitor is entered at an instruction, by the rule that each setting states."""
    mnemonic, store = instruction.split()[0], "FIRST" in instruction
    if "ported" in setting:
        return store or mnemonic in ("out", "clts", "invlpg")
    if "non-root" in setting:
        return mnemonic == "out"
    return store or mnemonic in (*PRIVILEGED, "int")


def kernel_ring(setting):
    return "1" if "ported" in setting or "0/1/3" in setting else "3" if "0/3" in setting else "0"


@pytest.mark.parametrize("seed", SEEDS)
def test_each_instruction_of_a_call_has_the_ring_and_the_entry_that_the_setting_gives_it(seed):
    posed = pose("levels-of-call", seed)
    setting, rows = words_of(posed), posed.answer.rows
    assert [row[0] for row in rows] == ["int 0x80", *listing(posed)]
    for instruction, ring, entered in rows:
        assert ring == ("3" if instruction.startswith("int ") else kernel_ring(setting))
        assert entered == ("yes" if enters(setting, instruction) else "no")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_entries_of_a_call_are_those_of_its_instructions(seed):
    posed = pose("entries-of-call", seed)
    setting = words_of(posed)
    assert posed.answer.value == sum(enters(setting, text) for text in ("int 0x80", *listing(posed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_path_begins_with_the_handler_or_the_monitor_and_ends_with_the_process(seed):
    posed = pose("order-path", seed)
    items = [posed.answer.items[n] for n in posed.answer.key]
    assert len(items) == len(set(items)) >= 4
    assert ("monitor" in items[0]) == ("trap-and-emulate" in words_of(posed))
    assert items[-1] == "Ring 3: the process goes on behind its INT"
    monitor = [n for n, item in enumerate(items) if "the monitor" in item]
    assert all(after - before == 2 for before, after in pairwise(monitor))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_count_of_a_mapping_is_the_arithmetic_of_its_prompt(seed):
    posed = pose("count-mapping", seed)
    words = words_of(posed)
    pages = int(re.search(r"maps (\d+) MiB", words)[1]) * 256
    in_table = 4096 // int(re.search(r"has (\d) bytes", words)[1])
    batch = re.search(r"hypercalls of (\d+) updates", words)
    expected = -(-pages // int(batch[1])) if batch else pages if "How many traps" in words else pages // in_table
    assert posed.answer.value == expected


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_kind_of_update_is_answered_as_it_was_made_for(category):
    for seed in range(20):
        rng = Random(seed)
        scene = drawn_domain(rng)
        for made in KINDS[category]:
            assert answered(reason_against(scene.start, made(scene, rng))) == category


def test_all_answers_about_updates_come_up():
    keys = Counter(CATEGORIES[n] for seed in range(100) for n in pose("judge-updates", seed).answer.key)
    assert keys.keys() == {ACCEPTED, FOREIGN, TABLE, OTHER}
    assert max(keys.values()) < 3 * min(keys.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_no_batch_is_carried_out_behind_a_foreign_frame(seed):
    posed = pose("batch-until-refused", seed)
    updates = re.findall(r"^\d+\. (.+)$", words_of(posed), re.MULTILINE)
    done = int(posed.answer.value)
    assert 0 < done <= len(updates)
    foreign = next(row[0] for row in posed.prompt[1].rows if row[1] == "another guest")
    page = re.match(r"frame (\S+),", next(text for text in updates if "0xff" not in text and "0xfe" not in text))[1]
    in_use = [text for text in updates[:done] if text.startswith("frame 0xfe")]
    if in_use:  # the page is a table now, so none of its entries may lead to a frame of another guest
        assert not any(
            text.startswith(f"frame {page},") and f"becomes frame {foreign} (P" in text for text in updates[:done]
        )


def test_batches_stop_at_different_places_and_some_do_not_stop():
    ends = set()
    for seed in range(100):
        posed = pose("batch-until-refused", seed)
        ends.add(posed.answer.value == len(re.findall(r"^\d+\. ", words_of(posed), re.MULTILINE)))
    assert ends == {True, False}
    assert len({pose("batch-until-refused", seed).answer.value for seed in range(100)}) >= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_the_selector_has_the_index_that_was_loaded_and_the_rpl_of_the_real_ring(seed):
    posed = pose("selector-read", seed)
    words, code = words_of(posed), next(block for block in posed.prompt if isinstance(block, Code)).source
    register = code.split()[-1].upper()
    loaded = int(re.search(rf"{register} with `(0x[0-9a-f]+)`", words)[1], 16)
    ring = 1 if "to ring 1" in words else 3 if "to ring 3" in words else 0
    expected = loaded if register == "DS" else loaded & ~3 | ring
    assert posed.answer.options[posed.answer.correct].text == f"{expected:#x}"


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake(name):
    for seed in SEEDS:
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            assert len(posed.answer.options) == 4
            assert all(o.feedback for n, o in enumerate(posed.answer.options) if n != posed.answer.correct)
        if isinstance(posed.answer, Classification):
            assert len(posed.answer.items) >= 5
        assert any(isinstance(block, Table) or to_text((block,)) for block in posed.solution)
