"""Keys of the questions on crashes and on spies, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter

import pytest

from tests.questions.posing import chosen, feedback, figures, option, pose, words_of
from vlearn.questions.generators.datacenter_crashes import CATEGORIES

SEEDS = range(15)


def fate(rows, words):
    """What becomes of each application: 0 goes on, 1 at risk, 2 stops."""
    places = {name: place for name, *place in rows}
    struck = next(name for name in places if re.search(rf"Now\b.*\b{name}\b", words))
    server, virtual, box = places[struck]
    kernel = {name for name, (s, v, _) in places.items() if (s, v) == (server, virtual)}
    beside = {name for name, place in places.items() if place[0] == server}
    told = words.rpartition("Now ")[2]
    if "touches an address" in told:
        return {struck: 2}
    if "more and more memory" in told:
        within = {struck} if box != "-" else kernel
        return dict.fromkeys(within, 2 if len(within) == 1 else 1)
    return dict.fromkeys(kernel if "bug of the kernel" in told else beside, 2)


@pytest.mark.parametrize("seed", range(30))
def test_what_stands_on_the_part_that_fails_shares_its_end(seed):
    posed = pose("what-a-crash-takes", seed)
    wanted = fate(posed.prompt[1].rows, words_of(posed))
    answer = posed.answer
    assert answer.categories == CATEGORIES
    assert list(answer.key) == [wanted.get(name, 0) for name in answer.items]


FAULTS = ("touches an address", "more and more memory", "bug of the kernel", "bug of the hypervisor", "loses its power")


def test_every_fault_and_every_end_come_up():
    told, ends = Counter(), Counter()
    for seed in range(120):
        posed = pose("what-a-crash-takes", seed)
        told.update(fault for fault in FAULTS if fault in words_of(posed).rpartition("Now ")[2])
        ends.update(set(posed.answer.key))
    assert min(ends[n] for n in range(3)) >= 10
    assert min(told[fault] for fault in FAULTS) >= 10
    assert told.total() == 120


@pytest.mark.parametrize("seed", SEEDS)
def test_a_set_is_slow_if_a_line_of_the_victim_belongs_there(seed):
    posed = pose("sets-the-spy-sees", seed)
    words = words_of(posed)
    (sets, bit), others = (
        figures(r"has (\d+) sets.* The bit is (\d),", words),
        re.search(r"loads lines (.*?)\. No", words),
    )
    lines = [5 if bit else 2, *map(int, re.findall(r"\d+", others[1]))]
    assert chosen(posed) == {f"Set {line % sets}" for line in lines}
    assert len(posed.answer.options) == sets
    of_other_bit = (2 if bit else 5) % sets
    if f"Set {of_other_bit}" not in chosen(posed):
        named = [text for text, why in feedback(posed).items() if "for the other bit only" in why]
        assert named == [f"Set {of_other_bit}"]


@pytest.mark.parametrize("seed", range(30))
def test_a_bit_is_what_most_rounds_say_in_which_just_one_set_is_slow(seed):
    posed = pose("secret-from-probes", seed)
    bits = []
    for _, *rounds in posed.prompt[1].rows:
        votes = Counter(("5" in slow) - ("2" in slow) for slow in (text.split(", ") for text in rounds))
        bits.append("x" if votes[1] == votes[-1] else "1" if votes[1] > votes[-1] else "0")
    assert option(posed) == " ".join(bits)
    assert len(posed.answer.options) == 4
