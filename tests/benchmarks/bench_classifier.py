"""Seconds to classify instruction sets, beside the limit of two seconds for the full x86 table."""

from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.sim.virtualizability import classify, pdp10, riscv_with_h, third_generation
from vlearn.sim.virtualizability.vmx import vmx
from vlearn.sim.virtualizability.x86 import x86

LIMIT = 2.0


def measure() -> Iterator[Measurement]:
    """Lower is better."""
    for instructions in (x86(), x86(umip=True), vmx(), third_generation(), pdp10(), riscv_with_h()):
        seconds = best_of(lambda instructions=instructions: classify(instructions), 3)
        name = f"{instructions.name}, {len(instructions.table)} rows"
        yield Measurement(name, seconds, "s", "2 s", seconds / LIMIT)
