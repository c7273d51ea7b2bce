"""A port done by a machine: the rules applied line by line to the source of a program.

This is what a port is not, in life: people do it, by hand, where the source is at hand, because stores to page tables
and the forms of tables have no instruction that gives them away. The machine's port is for programs that stay clear of
these, and for a property test: they end as they would have ended on bare metal.
"""

from dataclasses import dataclass

from vlearn.errors import ModelError
from vlearn.sim.cpu import Program, assemble
from vlearn.sim.cpu.assembler import ORIGIN
from vlearn.sim.cpu.lookup import ALIASES
from vlearn.sim.cpu.words import Line, words
from vlearn.sim.monitors.paravirtual.guests import Difference, compare
from vlearn.sim.monitors.paravirtual.interface import SYMBOLS
from vlearn.sim.monitors.paravirtual.rules import Rule, rule_for

UPCALL = "upcall"
"""The label of the callback that a port adds in front of a handler of interrupts."""


@dataclass(frozen=True, slots=True)
class Port:
    """A ported program: its source, the program assembled from it, what changed, and how often each rule applied."""

    source: str
    program: Program
    difference: Difference
    applied: dict[str, int]


def port(source: str, *, interrupts: str = "", origin: int = ORIGIN) -> Port:
    """Port a program. `interrupts` is the label of its handler of interrupts, which becomes the callback for events.

    Raises ModelError for an instruction whose rule takes a person, with the line and what the rule says.
    """
    lines, applied = list[str](), dict[str, int]()
    for number, text in enumerate(source.splitlines(), 1):
        line = words(number, text)
        rule, label, operands = _rule(line)
        if rule is None:
            lines.append(text)
            continue
        if not rule.lines:
            raise line.error(f"`{rule.name}` must be ported by hand: {rule.instead}", _column(line))
        applied[rule.name] = applied.get(rule.name, 0) + 1
        lines += [label] * bool(label)
        if any("esp" in operand.lower() for operand in operands):
            raise line.error("an operand with ESP must be ported by hand: the rule uses the stack", _column(line))
        lines += [_filled(template, operands, number) for template in rule.lines]
    if interrupts:
        lines += [f"{UPCALL}:", "mov byte [evtchn_upcall_pending], 0", f"jmp {interrupts}"]
    ported = "\n".join(lines) + "\n"
    return Port(ported, assemble(ported, origin, SYMBOLS), compare(source, ported), applied)


def _rule(line: Line) -> tuple[Rule | None, str, tuple[str, ...]]:
    """The rule for a line, with the labels in front of its instruction, and the text of its operands."""
    start = _column(line) - 1
    rest = line.source[start:].split(";")[0].strip()
    mnemonic, _, given = rest.partition(" ")
    operands = tuple(operand.strip() for operand in given.split(",")) if given.strip() else ()
    name = ALIASES.get(mnemonic.lower(), mnemonic.lower())
    rule = rule_for(name, tuple(operand.lower() for operand in operands))
    return rule, line.source[:start].strip(), operands


def _column(line: Line) -> int:
    """Where the instruction of a line begins, behind its labels; behind everything if there is none."""
    tokens, at = line.tokens, 0
    while at + 1 < len(tokens) and tokens[at + 1].text == ":":
        at += 2
    return tokens[at].column if at < len(tokens) else len(line.source) + 1


def _filled(template: str, operands: tuple[str, ...], number: int) -> str:
    try:
        return template.format(*operands, n=f"_{number}")
    except IndexError:
        raise ModelError(f"line {number}: the rule needs more operands than {', '.join(operands) or 'none'}") from None
