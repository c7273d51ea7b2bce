"""Questions whose key is a run of passthrough: where a device's DMA lands, and what an IOMMU lets through."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.devices_functions import Scene, drawn_scene, setting
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.devices.iommu import translate
from vlearn.sim.devices.memory import PAGE
from vlearn.sim.devices.passthrough import (
    Host,
    Interrupt,
    Passthrough,
    ReadByDma,
    StoreToRegister,
    WriteByDma,
)
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.trace import run
from vlearn.views.devices_iommu import draw_iommu

THROUGH, BLOCKED, UNSEEN = "Lets it through, translated", "Blocks it and records a fault", "Never sees it"
CATEGORIES = (THROUGH, BLOCKED, UNSEEN)
BY_KIND = {
    "dma-read": THROUGH,
    "dma-write": THROUGH,
    "interrupt": THROUGH,
    "dma-blocked": BLOCKED,
    "interrupt-blocked": BLOCKED,
    "register": UNSEEN,
    "ept-violation": UNSEEN,
}
_WRITE = b"\x00" * 64


def where_dma_lands(rng: Random) -> Posed:
    """To which host address does a function's write go, or is it blocked?"""
    remaps = rng.random() < 0.8
    scene = drawn_scene(rng)
    host = scene.host
    function, guest = rng.choice(list(scene.given.items()))
    first, count = host.guests[guest]
    beyond = remaps and rng.random() < 0.3
    frame = count + rng.randrange(0, 8) if beyond else rng.randrange(1, count)
    offset = 64 * rng.randrange(1, 60)
    address = frame * PAGE + offset
    if not remaps:  # the same host without the IOMMU, where a guest's driver still names its own addresses
        host = Host(host.guests, host.owners, iommu=type(host.iommu)(remaps=False))
    target = translate(host.iommu, function, address, writes=True)
    right = f"To `{target:#x}` of the host" if isinstance(target, int) else _REFUSED
    neighbour = next(other for other in host.guests if other != guest)
    wrong = [
        (f"To `{address:#x}` of the host", "So it would be without an IOMMU: this address is the guest's."),
        (f"To `{first * PAGE + address:#x}` of the host", "So it would be if the guest's memory went on. It ends before"
         " this frame, and no table maps what lies beyond." if remaps else
         "That is the guest's frame. Who would have translated? The EPT serves processors."),
        (f"To `{host.guests[neighbour][0] * PAGE + address:#x}` of the host", "That is reckoned from another guest's"
         " memory. The function's name on the bus chooses the table."),
        (f"To `{first * PAGE + offset:#x}` of the host", "The frame's number in the guest is left out of this."),
        (_REFUSED, "Only what no table maps is blocked; this frame is the guest's own." if remaps else
         "There is no IOMMU here that could."),
    ]  # fmt: skip
    rng.shuffle(wrong)
    options, correct = distractors(rng, right, wrong, 3)
    text, table = setting(scene)
    told = text.markdown
    if not remaps:
        told = (
            "An old host has no IOMMU, and gives functions of a card to guests all the same. A guest's driver knows its"
            " guest's own addresses only, and nothing else changes them on the way to the card."
        )
        table = Table(table.header[:3], tuple(row[:3] for row in table.rows), table.caption)
    prompt = (
        Text(f"{told} The driver of guest {guest} has {function} write a packet to the guest's address"
             f" `{address:#x}`. Where does it go?"),
        table,
    )  # fmt: skip
    action = WriteByDma(function, address, _WRITE)
    why = (
        f"Frame {frame:#x} of guest {guest} is frame {first + frame:#x} of the host, and the offset {offset:#x} stays."
        if isinstance(target, int) and remaps
        else "Nobody translates the address, so the card uses it as it is, whoever the memory there belongs to."
        if not remaps
        else f"The guest's frames end at {count - 1:#x}, and {address:#x} lies in frame {frame:#x}, which the table of"
        " the function does not map."
    )
    return Posed(
        prompt, SingleChoice(options, correct), (Text(why),), Replay(pass_through, host, (action,), draw_iommu)
    )


_REFUSED = "Nowhere: it is blocked, and a fault recorded"


def _possible(rng: Random, scene: Scene) -> Iterator[tuple[str, Passthrough]]:
    """What functions and processors may do, in words and as an action."""
    host = scene.host
    function, guest = rng.choice(list(scene.given.items()))
    other, neighbour = rng.choice([pair for pair in scene.given.items() if pair[0] != function])
    _, count = host.guests[guest]
    inside, outside = (PAGE * rng.randrange(*at) + 64 * rng.randrange(60) for at in ((1, count), (count, count + 9)))
    own, theirs = (_entry(host, each) for each in (function, other))
    unused = rng.choice([n for n, entry in enumerate(host.iommu.interrupts) if entry is None])
    yield f"{function} writes a packet to the address `{inside:#x}`", WriteByDma(function, inside, _WRITE)
    yield f"{other} reads a descriptor from the address `{inside:#x}`", ReadByDma(other, inside, 16)
    yield f"{function} reads a packet from the address `{outside:#x}`", ReadByDma(function, outside, 64)
    yield f"{other} writes a packet to the address `{outside:#x}`", WriteByDma(other, outside, _WRITE)
    yield f"{scene.free} writes a packet to the address `{inside:#x}`", WriteByDma(scene.free, inside, _WRITE)
    yield f"{function} sends an interrupt message for entry {own}", Interrupt(function, own)
    yield f"{function} sends an interrupt message for entry {theirs}", Interrupt(function, theirs)
    yield f"{other} sends an interrupt message for entry {unused}", Interrupt(other, unused)
    yield f"{guest}'s driver stores to a register of {function}", StoreToRegister(guest, function)
    yield f"{neighbour}'s driver stores to a register of {other}", StoreToRegister(neighbour, other)
    yield f"{guest}'s kernel tries to store to a register of {other}", StoreToRegister(guest, other)


def _entry(host: Host, function: str) -> int:
    return next(n for n, entry in enumerate(host.iommu.interrupts) if entry and entry.function == function)


def judge_dma(rng: Random) -> Posed:
    """What does the IOMMU do with each of six things that functions and processors do?"""
    scene = drawn_scene(rng)
    while True:
        drawn = rng.sample(list(_possible(rng, scene)), 6)
        found = [BY_KIND[run(pass_through, scene.host, [action]).kinds[0]] for _, action in drawn]
        if set(found) == set(CATEGORIES) and all(found.count(each) < 4 for each in CATEGORIES):
            break
    text, table = setting(scene)
    items = tuple(words for words, _ in drawn)
    key = tuple(CATEGORIES.index(each) for each in found)
    actions = tuple(action for _, action in drawn)
    trace = run(pass_through, scene.host, actions)
    rows = tuple(
        (words.replace("`", ""), each, step.event.text)
        for words, each, step in zip(items, found, trace.steps, strict=True)
    )
    solution = (
        Table(("What is done", "The IOMMU", "What happens"), rows, "Each in turn."),
        Text(
            "The IOMMU sees what *functions* send, DMA and interrupt messages, and finds the table by the function's"
            " name on the bus. What *processors* do is the business of page tables and the EPT."
        ),
    )
    prompt = (Text(f"{text.markdown} What does the IOMMU do with each of these?"), table)
    return Posed(
        prompt, Classification(CATEGORIES, items, key), solution, Replay(pass_through, scene.host, actions, draw_iommu)
    )
