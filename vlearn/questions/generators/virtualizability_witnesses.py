"""Questions whose options are states, one of which, or a pair, proves a claim: `proves` of the classifier decides."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.virtualizability_scenes import (
    FORMAT,
    TAKING,
    TELLING,
    TRAP,
    Made,
    drawn,
    named,
    table,
    verdict,
)
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.virtualizability import Claim, Mode, State, proves
from vlearn.sim.virtualizability.evidence import Evidence, Exhibit, evidence, judge, witness_of
from vlearn.sim.virtualizability.third_generation import WORDS, moved, placed
from vlearn.views.popek_goldberg_evidence import draw_evidence

BASES, BOUND = (2, 5), 3
CONTENT = (0, 1, 2, 0x22, 0x23, 0x53, 0x1023, 0x1153)
TRIES = 60
CLAIMS = {"control": Claim.CONTROL, "location": Claim.LOCATION, "mode": Claim.MODE}
TOLD = {
    Claim.CONTROL: "Which state proves that it is control sensitive?",
    Claim.LOCATION: "Which pair of states proves that it is location sensitive?",
    Claim.MODE: "Which pair of states proves that it is mode sensitive?",
}


def in_words(states: tuple[State, ...]) -> str:
    """States as an option has them."""
    return " and ".join(
        f"({'U' if state.user else 'S'}, P {state.counter}, {_place(state)}: {' '.join(map(_word, state.window))})"
        for state in states
    )


def _place(state: State) -> str:
    return f"base {state.base}" + f", bound {state.bound}" * (state.bound != BOUND)


def _word(word: int) -> str:
    return str(word) if word < 10 else f"0x{word:04X}"


def _state(rng: Random) -> State:
    base, words = rng.choice(BASES), rng.choices(CONTENT, k=BOUND)
    memory = placed((0, WORDS, *(0,) * (WORDS - 2)), base, tuple(words))
    return State(memory, rng.choice(tuple(Mode)), rng.randrange(3), base, BOUND)


def _relocated(state: State) -> State:
    return moved(state, next(base for base in BASES if base != state.base))


def _candidates(rng: Random, claim: Claim) -> Iterator[tuple[State, ...]]:
    """States that may prove the claim: twins of every kind, and pairs that are none."""
    for _ in range(TRIES):
        state, other = _state(rng), _state(rng)
        if claim is Claim.CONTROL:
            yield (state,)
            continue
        yield state, state.enter(state.mode.other)
        yield state, _relocated(state)
        yield state, _relocated(state).enter(state.mode.other)
        yield state, other


def flaw(scene: Evidence, exhibit: Exhibit) -> str:
    """Why states do not prove the claim; empty if they do."""
    witness = witness_of(scene.instruction_set, exhibit)
    if proves(scene.instruction_set.architecture, witness):
        return ""
    first, second = exhibit.befores[0], exhibit.befores[-1]
    if first.window != second.window or first.counter != second.counter:
        return "The program's words, or P, differ before, so a difference afterwards says nothing."
    if exhibit.claim is Claim.LOCATION and first.mode is not second.mode:
        return "These differ in the mode, so the mode may be what makes the difference."
    if exhibit.claim is Claim.MODE and first.base != second.base:
        return "These differ in the base, so the location may be what makes the difference."
    if any(run.outcome.trap for run in witness.runs):
        return "It traps there. What a trap changes proves nothing; it is what the monitor waits for."
    if exhibit.claim is Claim.CONTROL:
        return "M and R are afterwards what they were before."
    same = [run.outcome.state.window for run in witness.runs]
    if same[0] == same[1] and len({run.outcome.state.counter for run in witness.runs}) == 1:
        return "Both end with the same words and the same P: no program could tell."
    return "One of them changes M or R, which would prove control sensitivity. Neither may, in a pair for behaviour."


def find_witness(rng: Random) -> Posed:
    """Which states prove that a drawn instruction is sensitive in the way that is asked?"""
    while True:
        kind = rng.choice(tuple(CLAIMS))
        made = drawn(rng)
        if kind == "location" and made.supervisor in TELLING and rng.random() < 0.5:
            made = Made(made.supervisor, TRAP)  # so that the mode of the pair matters
        if not getattr(verdict(made), kind):
            continue
        if posed := _posed(rng, made, CLAIMS[kind]):
            return posed


def _posed(rng: Random, made: Made, claim: Claim) -> Posed | None:
    """The question; None where this instruction does not give four options."""
    instructions, operand = named(rng, [made]), rng.choice((1, 2))
    (name,) = instructions
    scene = evidence("the machine", instructions)
    found: dict[str, list[Exhibit]] = {}
    for states in _candidates(rng, claim):
        exhibit = Exhibit(claim, name, operand, states)
        if states[0] != states[-1] or claim is Claim.CONTROL:
            found.setdefault(flaw(scene, exhibit), []).append(exhibit)
    right = found.pop("", [])
    wrong = [
        (in_words(exhibits[n].befores), why) for n in range(3) for why, exhibits in found.items() if n < len(exhibits)
    ]
    if not right or len({text for text, _ in wrong}) < 3:
        return None
    chosen = right[0]
    options, correct = distractors(rng, in_words(chosen.befores), wrong, 3)
    by_words = {
        in_words(one.befores): one for one in (*right, *(one for exhibits in found.values() for one in exhibits))
    }
    prompt = (
        Text(
            f"`{name} {operand}` of the table is executed with a = {operand}, an address in the program, so relocated"
            " and bounded by R. Popek and Goldberg's states (E, M, P, R) are written with M (S or U), P, the base in R,"
            f" and the program's {BOUND} words from 0 on; the bound is {BOUND}, and other words do not matter. P goes"
            f" on by 1 where the table does not set it.{f' {FORMAT}' * (made.supervisor in TAKING)} {TOLD[claim]}"
        ),
        table(instructions),
    )
    witness = witness_of(scene.instruction_set, chosen)
    ends = ", ".join(f"{in_words((run.before,))} becomes {in_words((run.outcome.state,))}" for run in witness.runs)
    needed = {
        Claim.CONTROL: "One state suffices, in which M or R changes without a trap",
        Claim.LOCATION: "Two states differ in the base alone, and end without a trap in different results",
        Claim.MODE: "Two states differ in the mode alone, and end without a trap in different results",
    }[claim]
    solution = Text(f"{needed}: {ends}.")
    replay = Replay(judge, scene, tuple(by_words[option.text] for option in options), draw_evidence)
    return Posed(prompt, SingleChoice(options, correct), (solution,), replay)
