"""The exercises of chapter 1 on isolation and copies: a layout, a spy's reasoning, a copy."""

from itertools import product
from typing import Any

from vlearn.lab.exercise import Exercise, Hint
from vlearn.sim.datacenter.isolation import Attack, Cache, Layout, Prime, Probe, Work, attack, crash
from vlearn.sim.datacenter.isolation.encapsulation import PARTS, begin, resumes
from vlearn.sim.datacenter.isolation.side_channel import Move
from vlearn.trace import run

CARRIES = {
    "": ("machine",),
    "machine": ("hypervisor", "kernel"),
    "hypervisor": ("virtual machine",),
    "virtual machine": ("kernel",),
    "kernel": ("container", "application"),
    "container": ("application",),
    "application": (),
}
"""What can stand on what; the empty name is the ground."""
WANTED = {"kernel panic": {"wiki"}, "memory runs out": {"mail", "wiki"}}
"""After a fault that strikes at the shop, the applications that have to live on, and no other."""


def _layout(answer: Any) -> Hint | None:
    if not isinstance(answer, Layout):
        return Hint('Give a layout, as in `Layout("mine", (Part("machine", "machine"), ...))`.')
    if sorted(answer.applications) != ["mail", "shop", "wiki"]:
        return Hint("Its applications are `shop`, `mail` and `wiki`, each a part of the kind `application`.")
    kinds = {"": "", **{part.name: part.kind for part in answer.parts}}
    for part in answer.parts:
        if part.kind not in CARRIES[kinds[part.on]]:
            return Hint(f"A {part.kind} cannot stand on {f'a {kinds[part.on]}' if part.on else 'the ground'}.")
    for kind in ("machine", "virtual machine"):
        beneath = [part.on for part in answer.parts if kinds[part.on] == kind]
        if len(beneath) > len(set(beneath)):
            return Hint(f"Only one kernel or hypervisor can have a {kind} to itself.")
    if sum(part.kind == "machine" for part in answer.parts) > 1:
        return Hint("There is one machine.")
    return _struck(answer)


def _struck(layout: Layout) -> Hint | None:
    """Strike at the shop with each fault."""
    for fault, alive in WANTED.items():
        found = set(crash(layout, fault, "shop").final.applications)
        if lost := alive - found:
            return Hint(f"After `{fault}` at the shop, {' and '.join(sorted(lost))} should surely live on.")
        if more := found - alive:
            return Hint(
                f"After `{fault}` at the shop, {' and '.join(sorted(more))} should not live on: use fewer kernels."
            )
    return None


def _probes() -> dict[tuple[int, ...], int | None]:
    """What the model's attacker guesses from what its probe found, over bits, noise and careful victims."""
    found: dict[tuple[int, ...], int | None] = {}
    for bit, careful, others in product((0, 1), (False, True), ((), (3,), (2,), (5,), (0, 6))):
        state = Attack(Cache.of(8, 4), (bit,), careful)
        moves: list[Move] = [Prime(), Work(others), Probe()]
        final = run(attack, state, moves).final
        found[final.slow] = final.guesses[0]
    found[()] = None
    return found


def _spy(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., bit)`, without calling it.")
    for slow, guess in _probes().items():
        said = answer(slow)
        if said is guess or (said == guess and isinstance(said, int) and not isinstance(said, bool)):
            continue
        if guess is None and slow:
            why = "Both sets that depend on the bit are slow, or neither: nothing can be concluded."
        elif guess is None:
            why = "No set is slow, so nothing is known."
        else:
            why = "Other sets may be slow too. Only two of them depend on the bit."
        return Hint(f"`bit({slow})` returns `{said!r}`. {why}")
    return None


BACKUP = ("configuration", "disk", "memory", "registers")
"""What the backup of the exercise takes along."""


def _copy(answer: Any) -> Hint | None:
    named = {answer} if isinstance(answer, str) else set(answer) if isinstance(answer, set | list | tuple) else None
    if named is None or not all(isinstance(part, str) for part in named):
        return Hint("Give a set of names, as in `{'disk'}`.")
    if unknown := sorted(named - PARTS.keys()):
        return Hint(f"{unknown[0]} is none of the parts: {', '.join(PARTS)}.")
    if extra := sorted(named & set(BACKUP)):
        return Hint(f"The backup has the {extra[0]}.")
    if resumes(begin(), (*BACKUP, *named)):
        return None
    return Hint("With these the copy still goes another way: look at what the guest is told from outside.")


OF_ISOLATION = (
    Exercise("ch01-layout", "ch01-compare-failures",
             "a `Layout` of one machine with the applications `shop`, `mail` and `wiki`", _layout),
    Exercise("ch01-spy", "ch01-judge-isolation", "a function `bit(slow)` that returns 0, 1 or None", _spy),
    Exercise("ch01-copy", "ch01-list-encapsulated-state", "a set of names of parts", _copy),
)  # fmt: skip
