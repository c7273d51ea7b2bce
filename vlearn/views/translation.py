"""A moment of a run under binary translation: the unit that the guest is in, the translation cache, the counts."""

from vlearn.blocks import Block, Table, Text
from vlearn.sim.monitors.translation import RULES, Rule, Translator, Treatment
from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Event
from vlearn.views.translation_cache import draw_cache
from vlearn.views.translation_unit import draw_unit

COUNTED = ("look-up", "hit", "translation", "chained", "ident", "inline", "call-out", "direct", "trap", "adapted")
"""The kinds of happening that the table shows, where there are any."""


def draw_translation(vm: Vm[Translator], event: Event | None) -> tuple[Block, ...]:
    """The unit with the line that comes next, the cache, and the counts so far."""
    cache = vm.monitor.cache
    unit = cache.at[0] if cache.at else cache.units.get(cache.left[0]) if cache.left else None
    where = draw_unit(unit, cache.at[1] if cache.at else None) if unit else Text(_outside(vm))
    said = (Text(event.text),) if event else ()
    counts = tuple((kind, str(vm.counts[kind])) for kind in COUNTED if kind in vm.counts)
    table = (Table(("Kind", "Times"), counts, "So far"),) if counts else ()
    return *said, where, draw_cache(cache), *table


def rules_table(treatment: Treatment | None = None) -> Table:
    """The rules for what is not copied: which instructions, how they are treated, and why."""
    rows = tuple(_row(rule) for rule in RULES if treatment in (None, rule.treatment))
    return Table(("Instructions", "Treatment", "Why", "In the translation"), rows, "Everything else is copied (ident)")


def _row(rule: Rule) -> tuple[str, ...]:
    names = rule.names if len(rule.names) < 9 else (*rule.names[:3], "...", *rule.names[-2:])
    return ", ".join(names), rule.treatment.value, rule.reason, "; ".join(rule.written)


def _outside(vm: Vm[Translator]) -> str:
    if vm.guest.halted:
        return "The guest is halted."
    if vm.guest.cpl == 3:
        return f"A process runs, directly in ring {vm.real.cpl}: its code is not translated."
    return "The guest is in no unit: the monitor has the processor, and will look up where to go on."
