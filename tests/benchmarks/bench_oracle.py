"""Seconds to ask model and emulated processor the same of every instruction, beside the limit of ten seconds.

Each form of the table, and the special cases of protection, in rings 0, 1 and 3. Without `vlearn[oracle]` nothing is
measured.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from time import perf_counter

from tests.conformance.cpu_answers import answer_of_model, answer_of_oracle, known_gap
from tests.conformance.cpu_cases import asked, cases
from vlearn.bench import Measurement

LIMIT = 10.0


def measure() -> Iterator[Measurement]:
    """Lower is better; once, as it takes seconds."""
    if find_spec("unicorn") is None:
        return
    from vlearn.sim.cpu.oracle import Oracle

    oracle, compared = Oracle(), 0
    began = perf_counter()
    for case in cases():
        for _, cpu, instruction in asked(case):
            if not known_gap(cpu, instruction):
                compared += 1
                answer_of_model(cpu, instruction) == answer_of_oracle(cpu, instruction, oracle)
    seconds = perf_counter() - began
    yield Measurement(f"model and Unicorn, {compared} comparisons", seconds, "s", "10 s", seconds / LIMIT)
