"""Keys of the Popek-Goldberg generators, recomputed by rules of this file from what the prompt prints."""

import re
from random import Random

import pytest

from vlearn.blocks import Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.virtualizability_runs import NEVER
from vlearn.questions.generators.virtualizability_theorems import HYBRID, PLAIN, SILENT
from vlearn.questions.model import MultipleChoice, SingleChoice
from vlearn.render.text import to_text

SEEDS = range(60)
TRAPS, NOTHING = "it traps", "it does nothing"
TELLS = ("word a becomes R", "word 0 becomes the absolute address of word a")
TAKES = ("R becomes what word a holds", "M, P and R become what word a holds", "the bound of R doubles, up to 8")
ENTERS = "P becomes a, and M user mode"
MODE = "word a becomes M, as 0 or 1"
THEOREM = {"find-breakers": {"theorem": "1"}}


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **{**THEOREM.get(name, {}), **parameters})


def instructions(posed):
    """Name, effect in supervisor mode, effect in user mode, as printed."""
    table = next(block for block in posed.prompt if isinstance(block, Table))
    return {name: (supervisor, user) for name, supervisor, user in table.rows}


def right(posed):
    return posed.answer.options[posed.answer.correct].text


def plain(effect):
    """What it amounts to: a jump where M is user mode already, a 0 where M is supervisor mode."""
    return {ENTERS: "P becomes a", MODE: "word a becomes 0"}.get(effect, effect)


def classes(supervisor, user):
    """The classes by rule: what is taken in either mode, what is told, whether the two modes differ."""
    privileged = user == TRAPS and supervisor != TRAPS
    kinds = set()
    if supervisor in (*TAKES, ENTERS) or user in TAKES:
        kinds.add("control")
    if supervisor in TELLS or user in TELLS:
        kinds.add("location")
    neither_traps = TRAPS not in (supervisor, user)
    keeps = not {supervisor, user} & set(TAKES) and supervisor != ENTERS
    if neither_traps and keeps and (plain(supervisor) != plain(user) or user == MODE):
        kinds.add("mode")
    return privileged, kinds


def breaks_first(effects):
    privileged, kinds = classes(*effects)
    return bool(kinds) and not privileged


def breaks_third(effects):
    return breaks_first(effects) and (effects[1] in TELLS or effects[1] in TAKES)


@pytest.mark.parametrize("seed", range(300))
def test_an_instruction_is_classified_as_the_rules_say(seed):
    posed = pose("classify-instruction", seed)
    name = re.search(r"does `(\w+)` belong", posed.prompt[0].markdown)[1]
    privileged, kinds = classes(*instructions(posed)[name])
    said = right(posed)
    assert said.startswith("privileged" if privileged else "not privileged")
    assert {kind for kind in ("control", "location", "mode") if kind in said} == kinds


@pytest.mark.parametrize("seed", SEEDS)
def test_the_promise_is_what_the_rules_say(seed):
    posed = pose("which-theorem", seed)
    effects = instructions(posed).values()
    expected = SILENT if any(map(breaks_third, effects)) else HYBRID if any(map(breaks_first, effects)) else PLAIN
    assert right(posed) == expected


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("theorem", "breaks"), [("1", breaks_first), ("3", breaks_third)])
def test_the_breakers_are_those_that_the_rules_name(seed, theorem, breaks):
    posed = pose("find-breakers", seed, theorem=theorem)
    chosen = {posed.answer.options[n].text.strip("`") for n in posed.answer.correct}
    assert chosen == {name for name, effects in instructions(posed).items() if breaks(effects)}
    assert chosen


STATE = re.compile(r"\(([SU]), P (\d+), base (\d+): (\S+) (\S+) (\S+)\)")


def states(text):
    return [(mode, int(p), int(base), (a, b, c)) for mode, p, base, a, b, c in STATE.findall(text)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_witness_differs_in_what_it_is_about_and_in_nothing_else(seed):
    posed = pose("find-witness", seed)
    words, given = posed.prompt[0].markdown, states(right(posed))
    if "control sensitive?" in words:
        assert len(given) == 1
        return
    (mode, p, base, held), (other_mode, other_p, other_base, other_held) = given
    assert (p, held) == (other_p, other_held)
    assert (mode == other_mode) == ("location sensitive?" in words)
    assert (base == other_base) == ("mode sensitive?" in words)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solution_shows_what_became_of_r(seed):
    posed = pose("find-witness", seed)
    if "control sensitive?" not in posed.prompt[0].markdown:
        return
    before, after = re.findall(r"\((\w), P \d+, base (\d+)(, bound \d+)?: ", posed.solution[0].markdown)
    assert before != after


@pytest.mark.parametrize("seed", SEEDS)
def test_a_guest_to_fill_in_traps_where_the_table_says_so(seed):
    posed = pose("trace-guest", seed)
    effects, mode, p = instructions(posed), "supervisor", 0
    for text, executed, after, next_p, _ in posed.answer.rows:
        supervisor, user = effects[text.split()[0]]
        if user != TRAPS:
            assert executed == "directly"
        else:
            assert executed == ("reflected" if mode == "user" or supervisor == TRAPS else "emulated")
        if executed != "reflected" and "halts" not in supervisor and "P" not in supervisor:
            assert int(next_p) == p + 1
        mode, p = after, int(next_p)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_guest_differs_first_after_the_instruction_that_breaks_the_condition(seed):
    posed = pose("first-difference", seed)
    said = right(posed)
    if said == NEVER:
        return
    name = re.fullmatch(r"after `(\w+) \d`", said)[1]
    assert breaks_first(instructions(posed)[name])


def test_some_guests_with_a_hole_never_come_to_harm_by_it():
    never = sum(right(pose("first-difference", seed)) == NEVER for seed in range(200))
    assert 20 < never < 80


NAMES = (
    "classify-instruction", "which-theorem", "find-breakers", "find-witness", "trace-guest", "first-difference",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake(name):
    for seed in SEEDS:
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            assert len(posed.answer.options) == 4
            assert all(o.feedback for n, o in enumerate(posed.answer.options) if n != posed.answer.correct)
        if isinstance(posed.answer, MultipleChoice):
            assert all(option.feedback for option in posed.answer.options)
        assert "None" not in to_text(posed.solution)
