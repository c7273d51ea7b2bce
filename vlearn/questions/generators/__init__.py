"""The generators that a question file may name. Data names an entry of this table; no path from data is imported."""

from vlearn.questions.generators import (
    memory_exits,
    memory_faults,
    memory_nested,
    memory_tlb,
    memory_walks,
    virtualizability_classes,
    virtualizability_runs,
    virtualizability_theorems,
    virtualizability_witnesses,
)
from vlearn.questions.generators.generator import Generator
from vlearn.questions.generators.posed import Posed

__all__ = ["GENERATORS", "Generator", "Posed"]

_ALL: tuple[Generator, ...] = (
    Generator("walk-address", "numeric", memory_walks.walk_address),
    Generator("trace-walk", "trace", memory_walks.trace_walk),
    Generator("find-fault", "single-choice", memory_faults.find_fault),
    Generator("count-references", "numeric", memory_nested.count_references),
    Generator("nth-reference", "single-choice", memory_nested.nth_reference),
    Generator("who-acts", "single-choice", memory_exits.who_acts),
    Generator("tlb-misses", "numeric", memory_tlb.tlb_misses),
    Generator("tlb-run", "trace", memory_tlb.tlb_run),
    Generator("classify-instruction", "single-choice", virtualizability_classes.classify_instruction),
    Generator("which-theorem", "single-choice", virtualizability_theorems.which_theorem),
    Generator("find-breakers", "multiple-choice", virtualizability_theorems.find_breakers),
    Generator("find-witness", "single-choice", virtualizability_witnesses.find_witness),
    Generator("trace-guest", "trace", virtualizability_runs.trace_guest),
    Generator("first-difference", "single-choice", virtualizability_runs.first_difference),
)

GENERATORS: dict[str, Generator] = {generator.name: generator for generator in _ALL}
"""By name."""
