"""Binary translation after Adams and Agesen, at two speeds.

run_guest(BINARY_TRANSLATION, BINARY_TRANSLATION.start(cpu), limit)   # the step model: an instruction at a time
vm.monitor.cache                             # TranslationCache: units, links, at, left, traps
unit_at(cpu), unit.lines, unit.written()     # a unit, and its translation beside it
RULES, rule_for(form)                        # the table: which instruction is translated how, and why
run_translated(cpu, limit)                   # the compiled engine: Translated(kind, cpu, counts, sources)
"""

from vlearn.sim.monitors.translation.cache import HOT, TranslationCache
from vlearn.sim.monitors.translation.compiled.engine import Translated, run_translated
from vlearn.sim.monitors.translation.monitor import BINARY_TRANSLATION, Translator, binary_translation
from vlearn.sim.monitors.translation.stretches import stretches
from vlearn.sim.monitors.translation.treatments import COPIED, RULES, TRACED, Rule, Treatment, rule_for
from vlearn.sim.monitors.translation.units import LIMIT, Key, Line, Unit, translatable, unit_at

__all__ = [
    "BINARY_TRANSLATION",
    "COPIED",
    "HOT",
    "LIMIT",
    "RULES",
    "TRACED",
    "Key",
    "Line",
    "Rule",
    "Translated",
    "TranslationCache",
    "Translator",
    "Treatment",
    "Unit",
    "binary_translation",
    "rule_for",
    "run_translated",
    "stretches",
    "translatable",
    "unit_at",
]
