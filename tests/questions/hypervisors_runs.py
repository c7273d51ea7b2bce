"""Whether the run of a question about hypervisors shows what its key says, by the generator's name."""

import re
from itertools import pairwise

from vlearn.questions.generators.hypervisors_arrangements import KINDS_TOLD
from vlearn.questions.generators.hypervisors_scenes import names
from vlearn.render.text import to_text

WHO = (
    ("Xen takes", "Xen"), ("guest's kernel takes", "driver"), ("guest's driver", "driver"),
    ("guest's process", "process"),
    ("brings the host's kernel", "VMDriver"), ("brings the VMM", "VMM"), ("returns to VMApp", "VMApp"),
    ("VMApp gets back", "VMApp"), ("system call of VMApp", "VMDriver"), ("VMDriver is called", "VMDriver"),
    ("The VMM takes", "VMM"), ("The VMkernel", "VMkernel"), ("Dom0's kernel takes", "backend in Dom0"),
    ("Dom0's kernel learns", "backend in Dom0"), ("KVM, in", "KVM"), ("KVM is", "KVM"),
    ("system call of QEMU", "KVM"), ("system call of Firecracker", "KVM"), ("QEMU ", "QEMU"),
    ("Firecracker ", "Firecracker"),
)  # fmt: skip
"""What an item says, and who then has the processor; the first that fits."""
KIND_BY_LAYERS = {
    (False, False, True): "Type 1",
    (False, True, True): "Type 1 with a service domain",
    (True, True, True): "Type 2, hosted",
    (True, True, False): "In the host's kernel",
}
"""By which of host process, host kernel and hypervisor the run has been in."""


def option(question):
    return question.answer.options[question.answer.correct].text


def happened(question, trace):
    """Those who have the processor by the items come in this order in the run."""
    left = iter(step.state.who for step in trace.steps)
    items = [question.answer.items[n] for n in question.answer.key]
    return all(next(who for words, who in WHO if words in item) in left for item in items)


def chained(question, trace):
    """The whole of a paravirtual device's run; of an emulated one's, a piece."""
    whole = names((trace.start, *(step.state for step in trace.steps)))
    chain = option(question).split(" → ")
    if "emulated" in question.prompt[0].markdown:
        return " → ".join(chain[1:-1]) in " → ".join(whole) and (chain[0], chain[-1]) == (whole[0], whole[-1])
    return tuple(chain) == whole


def arranged(question, trace):
    been = {step.state.layer for step in trace.steps}
    kind = KIND_BY_LAYERS[tuple(layer in been for layer in ("host process", "host kernel", "hypervisor"))]
    return KINDS_TOLD[kind] == option(question)


def each(trace):
    """Switches and exits of each operation: one ends when the guest's process has the processor again."""
    ends = [(0, 0)]
    ends += [
        (step.state.switches, step.state.exits)
        for step in trace.steps
        if step.state.who == "process" and step.event.kind != "copy"
    ]
    return [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ends)]


def numbers(question):
    return [int(n) for n in re.findall(r"(?:makes|reads|sends) (\d+)", question.prompt[0].markdown)]


def total(question, trace, at=0):
    counts = [one[at] for one in each(trace)]
    found = numbers(question)
    return sum(n * count for n, count in zip(found, counts, strict=True)) if len(found) == len(counts) else None


def counted(question, trace):
    return total(question, trace, int(question.answer.unit == "exits")) == question.answer.value


def counted_more(question, trace):
    one, other = map(int, re.findall(r"= (\d+)$", to_text(question.solution), re.MULTILINE))
    return one == total(question, trace) and one - other == question.answer.value


def cost(question, trace):
    (number,) = numbers(question)
    final = trace.final
    told = tuple(str(number * n) for n in (final.switches, final.exits, final.copies))
    return question.answer.rows[0][1:] == told


SHOWN_BY_HYPERVISORS = {
    "order-hypervisor-path": happened,
    "right-layers": chained,
    "whose-path": arranged,
    "workload-switches": counted,
    "more-switches": counted_more,
    "cost-by-kind": cost,
}
RULES_OF_HYPERVISORS = {
    "radius-of-bug", "who-must-trust", "choose-for-needs", "ruled-out-by-needs", "who-owns-hardware",
}  # fmt: skip
"""Generators whose key is reachability in a table, or a rule of one: there is no run to show."""
