"""A question whose key is which page goes, and where to, when a host needs one frame: by its own swap, or by a balloon.

The wrong answers are those of the other way, and of a host that could see what its guests use.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.sharing import Balloon, Free, Memory, Touch, overcommit
from vlearn.sim.datacenter.sharing.actions import Overcommitted
from vlearn.trace import Trace
from vlearn.views.datacenter_frames import draw_frames

WHERE = {
    "host-swap-out": "to the host's swap file",
    "guest-swap-out": "to the guest's own disk",
    "gave-free-page": "and it is written nowhere",
}
"""Where the page goes, by the kind of the event."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Pages of a guest in the order of their first writes and of their last reads, and those that it has freed."""

    written: tuple[int, ...]
    read: tuple[int, ...]
    freed: tuple[int, ...]
    balloon: bool

    @property
    def replay(self) -> Replay[Memory, Overcommitted]:
        """Full memory, and then a page of another guest, or a balloon of one page."""
        count = len(self.written)
        actions: list[Overcommitted] = [Touch(0, page, 10 + page) for page in self.written]
        actions += [Touch(0, page) for page in self.read] + [Free(0, page) for page in self.freed]
        actions.append(Balloon(0, 1) if self.balloon else Touch(1, 0, 1))
        return Replay(overcommit, Memory.of(count, (count, 1)), tuple(actions), draw_frames)


def which_page_goes(rng: Random) -> Posed:
    """Which page of the guest goes, and where to?"""
    balloon = rng.random() < 0.5
    while True:
        count = rng.choice((5, 6))
        read = tuple(rng.sample(range(count), count))
        freed = tuple(sorted(rng.sample(range(count), rng.choice((0, 1, 1)))))
        scene = Scene(tuple(rng.sample(range(count), count)), read, freed, balloon)
        if len({scene.written[0], read[0], *freed, read[-1]}) == 3 + len(freed):
            break
    right = gone(scene.replay.trace())
    options, correct = distractors(rng, right, _wrong(scene), 3)
    way = (
        "The host inflates the balloon in the guest by one page. The guest gives up first what it has freed, and then"
        " what it has not used for longest."
        if scene.balloon
        else "Another guest touches its first page. The host has no balloon and no equal pages, so it swaps out one of"
        " its own accord; it cannot see what a guest uses or frees, and takes the page that has had its frame for"
        " longest."
    )
    prompt = Text(
        f"A guest has {len(scene.written)} pages, and they fill all the frames of their host. The table shows what the"
        f" guest has done, in this order. {way} Which page goes, and where to?"
    )
    rows = [("writes, and so gets frames for, pages", _listed(scene.written)), ("reads pages", _listed(scene.read))]
    if freed:
        rows.append(("frees page", _listed(freed)))
    return Posed((prompt, Table(("The guest", "In this order"), tuple(rows))), SingleChoice(options, correct),
                 (_solution(scene, right),), scene.replay)  # fmt: skip


def gone(trace: Trace[Memory]) -> str:
    """The page that the run gives up, as an option says it."""
    step = next(step for step in trace.steps if step.event.kind in WHERE)
    return _words(int(step.event.touches[0].split("[")[2][:-1]), step.event.kind)


def _words(page: int, kind: str) -> str:
    return f"Page {page}, {WHERE[kind]}"


def _wrong(scene: Scene) -> Iterator[tuple[str, str]]:
    oldest, idle, newest = scene.written[0], scene.read[0], scene.read[-1]
    if scene.balloon:
        if scene.freed:
            yield _words(idle, "guest-swap-out"), "The guest still wants it, and has a page to give that it does not."
            yield _words(scene.freed[0], "guest-swap-out"), "What is in a free page nobody needs: why write it down?"
        else:
            yield _words(idle, "gave-free-page"), "The guest still wants what is in it: it has to be kept somewhere."
        yield (
            _words(oldest, "host-swap-out"),
            "The host would choose so. With a balloon it leaves the choice to the guest.",
        )
        yield _words(newest, "guest-swap-out"), "That is the page which the guest has used last: it goes last."
        yield _words(idle, "host-swap-out"), "It is the guest that gives the page up, to a disk of its own."
        return
    yield _words(idle, "host-swap-out"), "The host does not see when a guest reads a page that has its frame already."
    yield _words(oldest, "guest-swap-out"), "The guest knows nothing of this: the host takes the page behind its back."
    if scene.freed:
        yield _words(scene.freed[0], "gave-free-page"), "It would be the best choice. Nobody has told the host."
    else:
        yield _words(idle, "guest-swap-out"), "So a balloon would end. Here nobody asks the guest."


def _solution(scene: Scene, right: str) -> Text:
    why = (
        "The balloon makes the guest's own kernel choose, and it knows which pages are free or idle. It pages to disk"
        " only when it has nothing better to give."
        if scene.balloon
        else "The host is blind to use and to free pages, so it may swap out the very page that is needed next. That is"
        " why balloons come first. The rule is this exercise's: VMware's ESX Server takes pages at random."
    )
    return Text(f"**{right}**. {why}")


def _listed(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages))
