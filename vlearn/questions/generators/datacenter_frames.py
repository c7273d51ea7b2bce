"""A question whose key is how many frames guests take after each step of sharing, writing, freeing and ballooning."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.sharing import Balloon, Free, Memory, Share, Touch, overcommit
from vlearn.sim.datacenter.sharing.actions import Overcommitted
from vlearn.trace import run
from vlearn.views.datacenter_frames import draw_frames

HEADER = ("Step", "What happens", "Frames in use afterwards")
PAGES = 4
"""Pages of each of the two guests."""
TELLING = ({"shared"}, {"copy-on-write"}, {"inflated"})
"""What has to happen in a run that is worth asking about."""


def frames_in_use(rng: Random) -> Posed:
    """Fill in how many frames are in use after each of some steps."""
    start = Memory.of(2 * PAGES, (PAGES, PAGES))
    while True:
        actions = tuple(_drawn(rng))
        replay = Replay(overcommit, start, actions, draw_frames)
        kinds = set(replay.trace().kinds)
        if all(kinds & wanted for wanted in TELLING) and kinds & {"gave-free-page", "guest-swap-out"}:
            break
    used = _frames_after(start, actions)
    rows = [(str(n), _told(action), str(count)) for n, (action, count) in enumerate(zip(actions, used, strict=True), 1)]
    blanks = tuple((row, 2) for row in range(actions.index(Share()), len(rows)))
    prompt = Text(
        f"Two guests, A and B, have been promised {PAGES} pages each, numbered from 0. They have touched none yet, and"
        " the host has frames enough: it never swaps. A page gets a frame when it is first written. Sharing leaves one"
        " frame for all pages of equal content, whosever they are; who then writes to such a page gets a frame of its"
        " own. A guest that frees a page does not tell the host. With a balloon of *n* pages, a guest keeps no more"
        f" than {PAGES} − *n* pages in memory: if it has more, it gives up pages that it has freed, and then those that"
        " it has not written for longest, which go to its own disk. A frame that no page is in is in use no longer."
        " How many frames are in use after each step, from the"
        " first sharing on?"
    )
    told = [step.event.text for step in replay.trace().steps if step.event.kind != "touched"]
    lines = "\n".join(f"- {text.replace('guest 0', 'A').replace('guest 1', 'B')}" for text in told)
    moral = (
        "Sharing pays only while nobody writes, freeing alone gives the host nothing, and giving up a page that is"
        " shared empties no frame."
    )
    solution = Text(f"{lines}\n\n{moral}")
    return Posed((prompt,), TraceTable(HEADER, tuple(rows), blanks), (solution,), replay)


def _frames_after(memory: Memory, actions: tuple[Overcommitted, ...]) -> Iterator[int]:
    """Frames in use after each action."""
    for action in actions:
        memory = run(overcommit, memory, (action,)).final
        yield len(memory.used)


def _drawn(rng: Random) -> Iterator[Overcommitted]:
    """Pages are written, shared, written again, freed, and taken by a balloon."""
    contents, pages = rng.sample(range(1, 10), 3), [(g, n) for g in (0, 1) for n in range(PAGES)]
    written = rng.sample(pages, rng.choice((4, 5)))
    for guest, page in written:
        yield Touch(guest, page, rng.choice((contents[0], contents[0], contents[1])))
    yield Share()
    for again in rng.sample(written, 2):
        yield Touch(*again, contents[2])
    if rng.random() < 0.5:
        yield Share()
    guest = max((0, 1), key=lambda number: sum(one == number for one, _ in written))
    later: list[Overcommitted] = [Balloon(guest, rng.choice((2, 3)))]
    if rng.random() < 0.6:
        later.insert(0, Free(guest, rng.choice([page for one, page in written if one == guest])))
    yield from later


def _told(action: Overcommitted) -> str:
    match action:
        case Touch(guest, page, content):
            return f"{'AB'[guest]} writes {content} to its page {page}"
        case Free(guest, page):
            return f"{'AB'[guest]} frees its page {page}"
        case Share():
            return "The host looks for equal pages and shares them"
        case Balloon(guest, pages):
            return f"The balloon in {'AB'[guest]} is inflated to {pages} pages"
