"""The generators that a question file may name. Data names an entry of this table; no path from data is imported."""

from vlearn.questions.generators import (
    hardware_costs,
    hardware_exits,
    hardware_launch,
    hardware_state,
    memory_exits,
    memory_faults,
    memory_nested,
    memory_shadow,
    memory_tlb,
    memory_walks,
    paravirtual_counting,
    paravirtual_paths,
    paravirtual_rings,
    paravirtual_updates,
    translation_blocks,
    trap_and_emulate_flags,
    trap_and_emulate_runs,
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
    Generator("which-shadow-fault", "single-choice", memory_shadow.which_fault),
    Generator("count-shadow-exits", "numeric", memory_shadow.count_shadow_exits),
    Generator("classify-instruction", "single-choice", virtualizability_classes.classify_instruction),
    Generator("which-theorem", "single-choice", virtualizability_theorems.which_theorem),
    Generator("find-breakers", "multiple-choice", virtualizability_theorems.find_breakers),
    Generator("find-witness", "single-choice", virtualizability_witnesses.find_witness),
    Generator("trace-guest", "trace", virtualizability_runs.trace_guest),
    Generator("first-difference", "single-choice", virtualizability_runs.first_difference),
    Generator("first-departure", "single-choice", trap_and_emulate_runs.first_departure),
    Generator("popf-changes", "multiple-choice", trap_and_emulate_flags.popf_changes),
    Generator("pushf-shows", "numeric", trap_and_emulate_flags.pushf_shows),
    Generator("translate-block", "classification", translation_blocks.translate_block),
    Generator("count-translations", "numeric", translation_blocks.count_translations),
    Generator("count-exits", "numeric", hardware_exits.count_exits),
    Generator("exits-by-reason", "trace", hardware_exits.exits_by_reason),
    Generator("exits-or-not", "multiple-choice", hardware_exits.exits_or_not),
    Generator("vmx-run", "trace", hardware_launch.vmx_run),
    Generator("vmx-last", "single-choice", hardware_launch.vmx_last),
    Generator("locate-state", "classification", hardware_state.locate_state),
    Generator("cheaper-monitor", "single-choice", hardware_costs.cheaper_monitor),
    Generator("order-path", "ordering", paravirtual_paths.order_path),
    Generator("levels-of-call", "trace", paravirtual_paths.levels_of_call),
    Generator("entries-of-call", "numeric", paravirtual_paths.entries_of_call),
    Generator("count-mapping", "numeric", paravirtual_counting.count_mapping),
    Generator("judge-updates", "classification", paravirtual_updates.judge_updates),
    Generator("batch-until-refused", "numeric", paravirtual_updates.batch_until_refused),
    Generator("selector-read", "single-choice", paravirtual_rings.selector_read),
)

GENERATORS: dict[str, Generator] = {generator.name: generator for generator in _ALL}
"""By name."""
