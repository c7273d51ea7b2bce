"""Chapter 2's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

from itertools import combinations, pairwise

import pytest

from vlearn.lab.exercises.ch02 import worlds_changed
from vlearn.lab.exercises.ch02_layers import ASKED, HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, STACK, TYPE_1
from vlearn.lab.exercises.ch02_models import monitored, upward
from vlearn.lab.exercises.ch02_predictions import PREDICTIONS
from vlearn.sim.datacenter.hypervisors import (
    KINDS,
    RULES,
    blast_radius,
    choose,
    followed,
    operation,
    parts,
    product,
    trusted_lines,
)
from vlearn.sim.datacenter.hypervisors.trust import SIZES
from vlearn.views.hypervisors_layers import rows

OWNED = {name: product(name).kind for name in ASKED}
WORLD = {"guest process": 0, "guest kernel": 0, "host process": 1, "host kernel": 1, "hypervisor": 2}
CONFLICT = ("a running desktop is not restarted", "the host is not Linux", "live migration")


def worlds(layers):
    return sum(WORLD[before] != WORLD[after] for before, after in pairwise(layers))


def exits(layers, back=False):
    pairs = [(WORLD[one], WORLD[two]) for one, two in pairwise(layers)]
    return sum(one == 0 != two or (back and two == 0 != one) for one, two in pairs)


RIGHT = [
    ("ch02-owners", OWNED),
    ("ch02-stack", STACK),
    ("ch02-doorbells", 32),
    ("ch02-worlds", worlds),
    ("ch02-safe-above", (HOSTED, "application of A")),
    ("ch02-safe-above", (SERVICE_DOMAIN, "QEMU of A", False)),
    ("ch02-safe-above", (MICROVM, "Firecracker of A", False)),
    ("ch02-conflict", CONFLICT),
    ("ch02-conflict", set(CONFLICT)),
]
WRONG = [
    ("ch02-owners", dict.fromkeys(ASKED), "Still without a kind"),
    ("ch02-owners", dict.fromkeys(ASKED, HOSTED), "2 of 5 are right"),
    ("ch02-owners", dict.fromkeys(ASKED, IN_KERNEL), "run the guests, as it runs processes"),
    ("ch02-owners", {**OWNED, "bhyve": MICROVM}, "next to none"),
    ("ch02-owners", {**OWNED, "bhyve": HOSTED}, "hand it over to a monitor"),
    ("ch02-owners", {**OWNED, "Microsoft Hyper-V": TYPE_1}, "Who has the drivers there?"),
    ("ch02-owners", {**OWNED, "CP-67, VM/370": SERVICE_DOMAIN}, "privileged guest"),
    ("ch02-owners", {**OWNED, "bhyve": "type 2"}, "'type 2' is no kind"),
    ("ch02-owners", "all hosted", "The answer is a dict"),
    ("ch02-stack", dict.fromkeys(STACK), "Still on nothing: Hyper-V, Windows"),
    ("ch02-stack", dict.fromkeys(STACK, "hardware"), "does it still decide"),
    ("ch02-stack", STACK | {"Hyper-V": "Windows", "Windows": "hardware"}, "since the restart"),
    ("ch02-stack", STACK | {"guest kernel": "Windows"}, "helps with devices"),
    ("ch02-stack", STACK | {"guest kernel": "worker process"}, "Who runs the guest?"),
    ("ch02-stack", STACK | {"worker process": "Hyper-V"}, "Which kernel runs it?"),
    ("ch02-stack", STACK | {"guest application": "Hyper-V"}, "another software before"),
    ("ch02-stack", STACK | {"guest application": "Windows"}, "Go down from it"),
    ("ch02-stack", STACK | {"Windows": "Dom0"}, "none of the parts"),
    ("ch02-stack", ["Hyper-V", "Windows"], "The answer is a dict"),
    ("ch02-doorbells", 48, "in one call of its kernel"),
    ("ch02-doorbells", 80, "one notification for each packet"),
    ("ch02-doorbells", 16, "is a system call of its process"),
    ("ch02-doorbells", 12, "How does a packet get"),
    ("ch02-doorbells", 20, "What does a notification add"),
    ("ch02-doorbells", 24, "KVM hands the work to QEMU"),
    ("ch02-doorbells", 5, "Count system calls"),
    ("ch02-doorbells", "32", "a whole number"),
    ("ch02-doorbells", True, "a whole number"),
    ("ch02-worlds", 3, "Give the function itself"),
    ("ch02-worlds", lambda layers: sum(a != b for a, b in pairwise(layers)), "every change of layer"),
    ("ch02-worlds", exits, "Those are the exits"),
    ("ch02-worlds", lambda layers: exits(layers, back=True), "the world changes, too"),
    ("ch02-worlds", lambda layers: worlds(layers) or len(layers) - 1, "share a world"),
    ("ch02-worlds", lambda layers: worlds(layers) + (len(layers) == 6) * 3, "Staying in a layer"),
    ("ch02-worlds", lambda layers: 99, "There are three worlds"),
    ("ch02-worlds", lambda layers: float(worlds(layers)) + 0.5, "returns float"),
    ("ch02-worlds", lambda: 3, "TypeError"),
    ("ch02-safe-above", HOSTED, "Give a kind, a part"),
    ("ch02-safe-above", (HOSTED, "application of A", "no"), "The third is True or False"),
    ("ch02-safe-above", (HOSTED, "QEMU of A"), "Type 2, hosted has no part"),
    ("ch02-safe-above", ("Type 2", "VMM"), "There is no kind of hypervisor"),
    ("ch02-safe-above", (HOSTED, "application of B"), "not among what"),
    ("ch02-safe-above", (TYPE_1, "VMkernel"), "Both say that guest B falls"),
    ("ch02-safe-above", (IN_KERNEL, "QEMU of A"), "Guest B is safe indeed"),
    ("ch02-conflict", "live migration", "Give three needs"),
    ("ch02-conflict", (*CONFLICT[:2], "live"), "is no need here"),
    ("ch02-conflict", CONFLICT[:2], "these are 2"),
    ("ch02-conflict", (*CONFLICT[:2], "an unmodified old guest"), "Type 2, hosted is left"),
    ("ch02-conflict", (*CONFLICT[:2], "drivers in a domain of their own"), "two of them are enough"),
]


def test_the_author_of_the_wrong_model_tried_it_where_it_is_right():
    for kind in (TYPE_1, MICROVM):
        for part in parts(kind):
            assert upward(kind, part.name) == blast_radius(kind, part.name)


def test_what_the_wrong_model_says_does_fall():
    for kind in KINDS:
        for part in parts(kind, sandbox=False):
            assert upward(kind, part.name, False) <= blast_radius(kind, part.name, False)


def test_there_are_few_answers_to_the_conflict_so_that_guessing_does_not_pay():
    found = [
        three
        for three in combinations(RULES, 3)
        if choose(three).conflict and not any(choose(pair).conflict for pair in combinations(three, 2))
    ]
    assert 1 < len(found) < 5


@pytest.mark.parametrize("name", KINDS)
def test_worlds_are_what_is_no_ring(name):
    legs = operation(name, "disk read").legs
    layers = ("guest process", *(visit.layer for leg in legs for visit in leg.visits))
    assert worlds_changed(layers) == worlds(layers) > 0


def test_the_stack_is_drawn_as_its_kind_is():
    layer = {"Hyper-V": "hypervisor", "Windows": "host kernel", "worker process": "host process",
             "guest kernel": "guest kernel", "guest application": "guest process"}  # fmt: skip
    assert set(layer.values()) == set(KINDS[product("Microsoft Hyper-V").kind].layers)
    boxes = [[one for one, _ in row] for row in rows(KINDS[product("Microsoft Hyper-V").kind])] + [["hardware"]]
    place = {one: (n, m) for n, row in enumerate(boxes) for m, one in enumerate(row)}
    for part, below in STACK.items():
        (n, m), (beneath, across) = place[layer[part]], place[layer.get(below, below)]
        assert beneath == n + 1
        assert across in (m, 0)


def test_wrong_choices_after_a_trap_are_worded_as_its_events_are():
    trace = followed(operation(HOSTED, "disk read", "emulated"))
    assert trace.kinds[1] == "exit"
    choices = PREDICTIONS["ch02-hosted-trap"].choices
    layers = {layer for kind in KINDS.values() for layer in kind.layers}
    for choice in (trace.steps[2].event.text, *choices):
        _, _, ways = choice.partition(": from ")
        assert {words.split(", ")[1] for words in ways.split(", to ")} <= layers
    assert trace.steps[2].event.text not in choices


def test_wrong_choices_about_the_hybrid_are_what_other_monitors_do():
    plain, hybrid = monitored(False), monitored(True)
    endings = {step.event.text.partition(" ")[2][2:] for step in plain.steps}
    choices = PREDICTIONS["ch02-hybrid-add"].choices
    assert {choice.removeprefix("ADD 2 ") for choice in choices} == endings
    assert hybrid.steps[0].event.text not in choices
    assert not hybrid.final.lost
    assert not plain.final.lost
    assert (hybrid.kinds.count("interpreted"), hybrid.kinds.count("direct")) == (6, 2)
    assert (plain.kinds.count("direct"), plain.kinds.count("emulated")) == (5, 3)


def test_plain_predictions_answer_as_the_model_does():
    assert all(operation(name, "system call").count("exit") == 0 for name in KINDS)
    assert PREDICTIONS["ch02-rings-once"].answer == str(operation(HOSTED, "disk read").count())
    assert (product("Xen").processor, product("Xen").devices) == ("Xen", "Dom0")
    before = operation(HOSTED, "disk read", "emulated")
    assert f"{before.count():,} switches" in PREDICTIONS["ch02-rings-once"].question
    xen, kvm = operation(SERVICE_DOMAIN, "disk read"), operation(IN_KERNEL, "disk read")
    assert (kvm.count() - xen.count(), kvm.count("exit") - xen.count("exit")) == (0, 0)
    assert (kvm.host_copies - xen.host_copies, kvm.count("world")) == (1, 0)
    shut_in = blast_radius(IN_KERNEL, "QEMU of A")
    assert shut_in == {"QEMU of A", "kernel A", "processes A"}
    qemu, firecracker = trusted_lines(IN_KERNEL)[0], trusted_lines(MICROVM)[0]
    assert f"{qemu:,} lines become {firecracker:,}" in PREDICTIONS["ch02-smaller-model"].why
    assert 0.08 < 1 - firecracker / qemu < 0.12
    sizes = [SIZES[name].least for name in ("host's kernel with KVM", "QEMU", "Firecracker")]
    assert all(f"{size:,}" in PREDICTIONS["ch02-smaller-model"].question for size in sizes)
