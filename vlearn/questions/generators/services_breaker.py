"""A question whose key is what a circuit breaker does with one call after another."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.notation import amount
from vlearn.questions.replay import Replay
from vlearn.sim.services.guards import Breaker, Circuit, ask, learn
from vlearn.sim.services.latency import nanoseconds
from vlearn.trace import Event, Step, run

HEADER = ("Second", "Callee works", "Call is made", "Breaker afterwards")
CALLS = 9


@dataclass(frozen=True, slots=True)
class Guarded:
    """A breaker, its circuit, and what became of the calls: second, whether it was let through, the state after it."""

    breaker: Breaker
    circuit: Circuit
    calls: tuple[tuple[int, bool, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody wants to make a call at this second; it would be answered at once, well or with an error."""

    second: int
    works: bool


def guard(state: Guarded, attempt: Try) -> Iterator[Step[Guarded]]:
    """Ask the breaker, make the call if it lets it through, and tell it how the call went."""
    now = nanoseconds(attempt.second)
    circuit, allowed = ask(state.breaker, state.circuit, now)
    if allowed:
        circuit = learn(state.breaker, circuit, now, circuit.round, attempt.works)
    did = "is made" if allowed else "fails at once"
    calls = (*state.calls, (attempt.second, allowed, circuit.state))
    state = replace(state, circuit=circuit, calls=calls)
    words = f"{attempt.second} s: the call {did}; the breaker is {circuit.state}"
    yield Step(Event("call" if allowed else "reject", words), state)


def breaker_calls(rng: Random) -> Posed:
    """Which calls are made, and in which state is the breaker after each?"""
    while True:
        breaker = Breaker(rng.choice((2, 3, 4)), rng.choice((12.0, 15.0, 20.0, 25.0, 30.0)), rng.choice((1, 1, 2)))
        tries = tuple(_tries(rng, breaker))
        start = Guarded(breaker, Circuit())
        calls = run(guard, start, tries).final.calls
        states = [state for _, _, state in calls]
        trials = [before for before, (_, allowed, _) in zip(states, calls[1:], strict=False) if allowed].count("open")
        if trials >= 2 and states.count("open") <= 6 and not all(allowed for _, allowed, _ in calls):
            break
    rows = [
        (str(second), "yes" if one.works else "no", "yes" if allowed else "no", state)
        for one, (second, allowed, state) in zip(tries, calls, strict=True)
    ]
    trial = "the next call is let through as a trial. If it succeeds, the breaker closes"
    if breaker.trials > 1:
        trial = f"calls are let through as trials. After {breaker.trials} trials that succeed, the breaker closes"
    prompt = Text(
        f"A circuit breaker guards the calls to a service. It opens at failure number {breaker.failures} in a row;"
        " a success in between starts the count over. While it is open, calls fail at once and are not made. From"
        f" {breaker.cool_down:g} s after it opened on it is half-open, and {trial}, with the count at zero; if a trial"
        f" fails, it opens again for {breaker.cool_down:g} s. It notices that its time is over when a call comes. Calls"
        " are answered at once, well if the callee works, else with an error. It is closed at first. Fill in whether"
        " each call is made (`yes` or `no`), and the state right after it: `closed`, `open` or `half-open`."
    )
    solution = (
        Table(HEADER, tuple(rows)),
        Text(
            f"Only failures in a row count, and only of calls that were made: {amount(breaker.failures, 'failure{s}')}"
            f" open it. From {breaker.cool_down:g} s on trials decide: a single one that fails opens it again,"
            f" {amount(breaker.trials, 'good one{s}')} in a row {'closes' if breaker.trials == 1 else 'close'} it. That"
            " the callee works in the meantime helps nobody, for nobody asks it."
        ),
    )
    replay = Replay(guard, start, tries, draw_guarded)
    return Posed((prompt,), asked_below(HEADER, rows, *HEADER[2:]), solution, replay)


def draw_guarded(state: Guarded, event: Event | None = None) -> tuple[Block, ...]:
    """The calls so far, and the state of the breaker."""
    rows = tuple((str(second), "yes" if made else "no", after) for second, made, after in state.calls)
    words = event.text if event else f"the breaker is {state.circuit.state}"
    return (Table(("Second", *HEADER[2:]), rows, words),)


def _tries(rng: Random, breaker: Breaker) -> Iterator[Try]:
    """Calls no two of which are exactly one cool-down apart: nothing depends on whether its end counts."""
    second, works = 0, False
    seen: list[int] = []
    for _ in range(CALLS):
        while any(second - one == breaker.cool_down for one in seen):
            second += 1
        seen.append(second)
        yield Try(second, works)
        second += rng.choice((2, 3, 5, 5, 10, 15, 25))
        works = rng.random() < (0.6 if works else 0.35)
