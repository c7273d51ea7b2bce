"""Guest instructions a second under binary translation, compiled, beside the interpreter's rate in the same run."""

from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.sim.cpu import run_to_end
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.translation import run_translated

INTERPRETED, TRANSLATED = 1_000, 50_000
"""Passes through the loop: each engine runs long enough to be measured."""


def measure() -> Iterator[Measurement]:
    """Higher is better; the ratio says how many times the interpreter's rate the other rate is."""
    few, many = guest("hot_loop", ROUNDS=INTERPRETED), guest("hot_loop", ROUNDS=TRANSLATED)
    end, translated = run_to_end(few), run_translated(many, 10_000_000)
    interpreter = end.cpu.tsc / best_of(lambda: run_to_end(few), 5)
    yield Measurement("hot loop, interpreter", interpreter, "instructions/s")
    rate = translated.cpu.tsc / best_of(lambda: run_translated(many, 10_000_000), 3)
    yield Measurement("hot loop, compiled translation", rate, "instructions/s", "interpreter", rate / interpreter)
