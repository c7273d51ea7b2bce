"""The interface between a ported kernel and its monitor as tables: hypercalls, rules of a port, changed lines."""

from vlearn.blocks import Code, Table
from vlearn.sim.monitors.paravirtual import HYPERCALLS, RULES, Difference
from vlearn.sim.monitors.paravirtual.rules import Fate


def hypercalls_table() -> Table:
    """Every hypercall of the model by its number."""
    rows = tuple((str(call.number), call.name, ", ".join(call.arguments), call.meaning) for call in HYPERCALLS)
    return Table(("EAX", "Hypercall", "Arguments, in EBX and on", "What it does"), rows)


def rules_table(fate: Fate) -> Table:
    """What becomes of the instructions of one fate."""
    rows = tuple((rule.name, rule.instead) for rule in RULES if rule.fate == fate)
    return Table(("Instruction", {"removed": "Why it goes"}.get(fate, "What it becomes")), rows, f"Fate: {fate}")


def changed_lines(difference: Difference, first: int, count: int) -> Code:
    """Lines of two sources side by side, as a diff: `count` of them from the first on."""
    shown = difference.lines[first : first + count]
    return Code("\n".join(f"{line.mark} {line.text.rstrip()}".rstrip() for line in shown), "diff")
