"""A question whose key is the order of what happens on the path of a request, read off the model's path."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.hypervisors_replays import replay_of
from vlearn.questions.generators.hypervisors_requests import WORDS
from vlearn.questions.generators.hypervisors_scenes import ARRANGED, PRODUCT
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Ordering
from vlearn.sim.datacenter.hypervisors import KINDS, Operation, operation
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1

COUNT = 6
"""How many of the things that happen are asked for."""
_WORK = {"disk read": "reads the block from the image", "packet sent": "sends the packet through the real card"}
_GUEST = {
    ("driver", "system call"): (
        "The guest's kernel takes the system call, and its driver puts a request into the ring",
    ),
    ("driver", "event"): ("The guest's driver gets the event, and finds its request done in the ring",),
    ("driver", "interrupt"): ("The guest's driver handles the virtual interrupt, and finds its request done",),
    ("process", "IRET"): ("The guest's process goes on behind its call",),
}
_MODEL = {
    ("KVM", "VM exit"): ("KVM, in the host's kernel, takes the exit that the driver's notification causes",),
    ("{model}", "return"): (
        "{model} is told of the notification, and takes the request from the ring",
        "{model} gets back from its system call, and marks the request as done",
    ),
    ("KVM", "system call"): ("The host's kernel {work}, in a system call of {model}",),
    ("KVM", "irqfd"): ("KVM is signalled by {model}, and puts a virtual interrupt before the guest",),
}
HAPPENS: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {
    TYPE_1: {
        ("VMkernel", "VM exit"): ("The VMkernel takes the exit of the notification, and has a driver of its own work",),
    },
    SERVICE_DOMAIN: {
        ("Xen", "hypercall"): (
            "Xen takes the notification of the guest's driver, and makes an event of it",
            "Xen takes a hypercall of Dom0, and puts an event before the guest",
        ),
        ("backend in Dom0", "event"): (
            "The backend in Dom0's kernel takes the request from the ring, and gives the real device its order",
            "Dom0's kernel learns from an event that the real device is done, and its backend answers in the ring",
        ),
        ("Xen", "interrupt"): ("Xen takes the interrupt of the real device, and makes an event of it",),
    },
    HOSTED: {
        ("VMM", "trap"): ("The VMM takes the exit that the driver's notification causes",),
        ("VMDriver", "world switch"): ("A world switch brings the host's kernel back, with VMDriver in it",),
        ("VMApp", "return"): (
            "VMDriver's call returns to VMApp, which takes the request from the ring",
            "VMApp gets back from its system call, and marks the request as done",
        ),
        ("VMDriver", "system call"): (
            "The host's kernel {work}, in a system call of VMApp",
            "VMDriver is called by VMApp, to go on with the guest",
        ),
        ("VMM", "world switch"): (
            "A world switch brings the VMM back, which puts a virtual interrupt before the guest",
        ),
    },
    IN_KERNEL: _MODEL,
    MICROVM: _MODEL,
}
"""By kind, what happens when somebody gets the processor in a way: a sentence for each time in order."""


def order_hypervisor_path(rng: Random) -> Posed:
    """Put what happens on the path of a request in order."""
    kind = rng.choice(tuple(KINDS))
    both = kind == TYPE_1  # its path is short: two operations, one after the other
    operations = rng.sample(("disk read", "packet sent"), 2 if both else 1)
    told = [WORDS[what][0].format(rng.choice(WORDS[what][1])) for what in operations]
    found = [operation(kind, what) for what in operations]
    labels = {"disk read": "Reading: ", "packet sent": "Sending: "} if both else {}
    happens = [f"{labels.get(one.name, '')}{text}" for one in found for text in sentences(one)]
    keep = sorted(rng.sample(range(len(happens)), COUNT + (kind == HOSTED)))
    items = [happens[n] for n in keep]
    order = rng.sample(range(len(items)), len(items))
    prompt = Text(
        f"A process in a guest of {PRODUCT[kind]} {', and then '.join(told)}. {ARRANGED[kind]} The device is"
        " paravirtual. Put what happens in order; some of what happens is left out."
    )
    if both:
        prompt = Text(prompt.markdown.replace("The device is", "Both devices are"))
    listing = "\n".join(f"{n}. {text}" for n, text in enumerate(happens, 1))
    switches = sum(one.count() for one in found)
    solution = Text(f"All that happens:\n\n{listing}\n\nThese are {switches} switches, one for each line.")
    answer = Ordering(tuple(items[n] for n in order), tuple(order.index(n) for n in range(len(items))))
    return Posed((prompt,), answer, (solution,), replay_of(*found))


def sentences(found: Operation) -> Iterator[str]:
    """What happens on a path, visit by visit: each way of getting the processor has its sentences, used up in turn."""
    model = PRODUCT[found.kind].rpartition(" ")[2]
    left = {key: list(texts) for key, texts in {**_GUEST, **HAPPENS[found.kind]}.items()}
    for leg in found.legs:
        for visit in leg.visits:
            who = "{model}" if visit.who == model else visit.who
            yield left[who, visit.entry].pop(0).format(model=model, work=_WORK[found.name])
