"""Questions whose key is what a monitor says of updates of page tables under direct paging.

The mistakes behind the wrong answers are those of monitors that look at less: at the owner alone, at the entry and not
at the flag P, at a new table's use and not at its content.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.paravirtual_scenes import (
    ACCEPTED,
    CATEGORIES,
    FOREIGN,
    KINDS,
    TABLE,
    Scene,
    category,
    drawn_domain,
    setting,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual.domain import Pv
from vlearn.sim.monitors.paravirtual.layout import DIRECTORY_FRAME, TABLE_FRAME
from vlearn.sim.monitors.paravirtual.requests import (
    READ_ONLY,
    WRITABLE,
    Update,
    batched,
    maps,
    reason_against,
    request,
)
from vlearn.trace import Step
from vlearn.views.paravirtual import draw_domain


def judge_updates(rng: Random) -> Posed:
    """Sort updates, each tried on the same domain: accepted, or refused for which reason."""
    scene = drawn_domain(rng)
    kinds = [*rng.sample(KINDS[ACCEPTED], 2), *(rng.choice(KINDS[c]) for c in CATEGORIES[1:])]
    kinds.append(rng.choice(KINDS[FOREIGN] + KINDS[TABLE]))
    updates = list(dict.fromkeys(made(scene, rng) for made in kinds))
    rng.shuffle(updates)
    reasons = [reason_against(scene.start, one) for one in updates]
    key = tuple(CATEGORIES.index(category(reason)) for reason in reasons)
    text, table = setting(scene)
    prompt = (
        Text(
            f"{text.markdown}\n\nThe guest asks for each of the updates below by `mmu_update`; each is tried on its"
            " own, from the state in the table. What does the monitor say of it?"
        ),
        table,
    )
    listed = "\n".join(f"- {one}: {reason or 'accepted'}." for one, reason in zip(updates, reasons, strict=True))
    replay = Replay(judged, scene.start, tuple(updates), draw_domain)
    return Posed(prompt, Classification(CATEGORIES, tuple(map(str, updates)), key), (Text(listed),), replay)


def judged(vm: Pv, asked: Update) -> Iterator[Step[Pv]]:
    """One request, whose outcome is drawn but not kept: the next one finds the domain as it was."""
    for step in request(vm, asked):
        yield Step(step.event, vm)


def batch_until_refused(rng: Random) -> Posed:
    """How many updates of one `mmu_update` are carried out, each on the state that those before it left?"""
    scene = drawn_domain(rng)
    updates = _batch(scene, rng)
    text, table = setting(scene)
    listed = "\n".join(f"{n}. {one}" for n, one in enumerate(updates, 1))
    replay = Replay(batched, scene.start, (tuple(updates),), draw_domain)
    trace = replay.trace()
    done = trace.kinds.count("validated")
    prompt = (
        Text(
            f"{text.markdown}\n\nOne hypercall `mmu_update` carries these updates; the monitor checks and carries them"
            f" out one after another, up to the first that it refuses.\n\n{listed}\n\nHow many are carried out?"
        ),
        table,
    )
    told = Text("\n".join(f"- {step.event.text}." for step in trace.steps))
    return Posed(prompt, Numeric(Fraction(done), unit="updates"), (told,), replay)


def _batch(scene: Scene, rng: Random) -> list[Update]:
    """A page becomes a table: protected, filled, put into use, written once more; some such batches go wrong."""
    page, other = scene.pages[0], scene.pages[1]
    slot = rng.randrange(0x80, 0x300)
    protect = Update(TABLE_FRAME, page, maps(page, READ_ONLY))
    use = Update(DIRECTORY_FRAME, slot, maps(page))
    fill = Update(page, rng.randrange(0x200), maps(rng.choice((other, scene.pages[2]))))
    early = Update(page, rng.randrange(0x200, 0x300), maps(scene.neighbour, rng.choice((P, WRITABLE, RW))))
    late = Update(page, rng.randrange(0x300, 0x400), maps(rng.choice((scene.neighbour, page, scene.clean))))
    unmap = Update(scene.table, rng.randrange(0x400), maps(rng.choice(scene.pages), READ_ONLY))
    updates = [protect, fill, use, late]
    if rng.random() < 0.5:
        updates.insert(rng.choice((0, 1, 2)), early)
    if rng.random() < 0.5:
        updates.insert(rng.randrange(len(updates)), unmap)
    if rng.random() < 0.25:
        updates.remove(protect)
        updates.insert(updates.index(use) + 1, protect)
    return updates
