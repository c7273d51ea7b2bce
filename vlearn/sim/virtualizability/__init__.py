"""Popek and Goldberg's definitions as a search: what each instruction of a machine is, and the states that prove it.

`classify(third_generation())`, `classify(pdp10())` and so on; `instruction_set` takes functions from a notebook's cell.
The x86 sets are in `x86` and `vmx`, which import the processor.
"""

from vlearn.sim.virtualizability.classify import classify, classify_instruction, proves
from vlearn.sim.virtualizability.definitions import Architecture, InstructionSet, Mode, Outcome
from vlearn.sim.virtualizability.paper_sets import EXTRA, FAITHFUL, PDP10, pdp10, third_generation
from vlearn.sim.virtualizability.riscv import riscv, riscv_with_h
from vlearn.sim.virtualizability.small_machine import instruction_set
from vlearn.sim.virtualizability.theorems import Classification, TheoremVerdict
from vlearn.sim.virtualizability.third_generation import State
from vlearn.sim.virtualizability.verdict import Claim, Run, Verdict, Witness

__all__ = [
    "EXTRA",
    "FAITHFUL",
    "PDP10",
    "Architecture",
    "Claim",
    "Classification",
    "InstructionSet",
    "Mode",
    "Outcome",
    "Run",
    "State",
    "TheoremVerdict",
    "Verdict",
    "Witness",
    "classify",
    "classify_instruction",
    "instruction_set",
    "pdp10",
    "proves",
    "riscv",
    "riscv_with_h",
    "third_generation",
]
