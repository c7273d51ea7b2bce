"""Seconds to ask the model and Unicorn's processor the same, and to compare the answers, beside a limit of ten seconds.

Every form of the table and the special cases of protection, at CPL 0, 1 and 3, as the test suite does. Without
`vlearn[oracle]` there is nothing to measure.
"""

from collections.abc import Iterator
from importlib.util import find_spec

from tests.conformance.cpu_answers import answer_of_model, answer_of_oracle, known_gap
from tests.conformance.cpu_cases import asked, cases
from vlearn.bench import Measurement, best_of

LIMIT = 10.0


def compare() -> list[bool]:
    """Whether the two agree, for each case in each ring that is in no known gap."""
    from vlearn.sim.cpu.oracle import Oracle

    oracle = Oracle()
    return [
        answer_of_model(cpu, instruction) == answer_of_oracle(cpu, instruction, oracle)
        for case in cases()
        for _, cpu, instruction in asked(case)
        if not known_gap(cpu, instruction)
    ]


def measure() -> Iterator[Measurement]:
    """Lower is better. One run: it takes seconds."""
    if find_spec("unicorn") is None:
        return
    agree: list[bool] = []
    seconds = best_of(lambda: agree.extend(compare()), 1)
    yield Measurement(f"{sum(agree)} of {len(agree)} answers agree", seconds, "s", "10 s", seconds / LIMIT)
