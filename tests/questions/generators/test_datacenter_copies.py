"""Keys of the questions on copies of a machine, recomputed by working both machines as the prompt says."""

import re

import pytest

from tests.questions.posing import figures, option, pose, words_of
from vlearn.render.text import to_text

SEEDS = range(15)
PARTS = ("configuration", "disk", "memory", "registers", "devices", "clock")
ALONG = ("configuration", "registers", "memory", "devices", "disk", "clock")


def begun(words):
    return {part: int(re.search(rf"\b{part} (\d+)", words)[1]) for part in PARTS}


def worked(state, rounds):
    for _ in range(rounds):
        state = {
            "configuration": state["configuration"],
            "registers": state["registers"] + state["configuration"],
            "memory": state["memory"] + state["registers"],
            "devices": state["devices"] + state["memory"],
            "disk": state["disk"] + state["devices"],
            "clock": state["clock"] + 1,
        }
    return state


@pytest.mark.parametrize("seed", SEEDS)
def test_a_copy_departs_where_the_rules_of_the_prompt_lead_it(seed):
    posed = pose("when-a-copy-departs", seed)
    state = begun(words_of(posed))
    told = re.search(r"A copy forgets (.*?): it has 0", words_of(posed))[1]
    copy = {part: 0 if f"the {part}" in told else value for part, value in state.items()}
    answer = posed.answer
    for item, key in zip(answer.items, answer.key, strict=True):
        first = next((n for n in range(10) if worked(state, n)[item] != worked(copy, n)[item]), None)
        told = "never" if first is None else f"after round {first}" if first else "from the start"
        assert answer.categories[key] == told


@pytest.mark.parametrize("seed", SEEDS)
def test_just_one_forgotten_part_explains_what_the_two_machines_hold(seed):
    posed = pose("what-was-forgotten", seed)
    words, (original, copy) = words_of(posed), posed.prompt[2].rows
    state, (rounds,) = begun(words), figures(r"after (\d) rounds? of work", words)
    shown = [dict(zip(PARTS, map(int, row[1:]), strict=True)) for row in (original, copy)]
    assert shown[0] == worked(state, int(rounds))
    explains = [part for part in PARTS if worked({**state, part: 0}, int(rounds)) == shown[1]]
    assert [f"The {part}" for part in explains] == [option(posed)]
    unlike = [part for part in ALONG if shown[0][part] != shown[1][part]]
    assert explains == unlike[:1]
    named = re.match(r"They differ in (.*?)\.", to_text(posed.solution))[1]
    assert re.split(", | and ", named) == unlike
