"""What guests and host do with memory that is over-committed: touch, free, share, inflate a balloon, swap.

The host swaps what has been mapped longest, since it cannot see what a guest needs or has freed; the guest pages out
what it has not used for longest. The first of these rules is this model's, so that runs can be foretold: ESX Server
picks pages at random, so as not to work against what guests choose (Waldspurger 2002, section 3.3). Left out:
working-set estimates, the tax on idle memory, large pages, and pages that both host and guest have swapped out.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.datacenter.sharing.actions import Balloon, Free, Overcommitted, Share, Touch
from vlearn.sim.datacenter.sharing.memory import Address, Memory, Page, happened
from vlearn.trace import Step

Course: TypeAlias = Generator[Step[Memory], None, Memory]


def overcommit(memory: Memory, action: Overcommitted) -> Iterator[Step[Memory]]:
    """All that one action leads to."""
    match action:
        case Touch(guest, page, content):
            yield from _touch(memory, (guest, page), content)
        case Free(guest, page):
            address = (guest, page)
            if memory.page(address).where in ("nowhere", "guest swap"):
                memory = memory.put(address, Page())
            memory = memory.put(address, replace(memory.page(address), free=True))
            yield happened("freed", f"guest {guest} frees page {page}; the host is not told", memory, address)
        case Share():
            yield from _share(memory)
        case Balloon(guest, pages):
            yield from _balloon(memory, guest, pages)


def _touch(memory: Memory, address: Address, content: int | None) -> Course:
    guest, number = address
    page = replace(memory.page(address), free=False)
    memory = memory.put(address, page)
    if page.where not in ("memory", "host swap"):
        memory = yield from _make_room_in_guest(memory, guest, memory.guests[guest].limit - 1)
    if page.where != "memory":
        memory = yield from _back(memory, address)
    elif content is not None and len(memory.sharers(page.frame)) > 1:
        memory = yield from _free_frame(memory, keep=address)
        if len(memory.sharers(page.frame)) > 1:
            memory = memory.put(address, replace(memory.page(address), frame=_lowest(memory)))
            text = f"guest {guest} writes page {number}, which was shared: it gets a frame of its own"
            yield happened("copy-on-write", text, memory, address)
    page = memory.page(address)
    memory = memory.put(address, page if content is None else replace(page, content=content))
    recent = tuple(other for other in memory.guests[guest].recent if other != number)
    memory = memory.with_guest(guest, replace(memory.guests[guest], recent=(*recent, number)))
    does = "reads" if content is None else f"writes {content} to"
    yield happened("touched", f"guest {guest} {does} page {number}", memory, address)
    return memory


def _back(memory: Memory, address: Address) -> Course:
    """Give a page a frame, and its content from wherever that is."""
    guest, number = address
    page = memory.page(address)
    memory = yield from _free_frame(memory)
    frame = _lowest(memory)
    memory = memory.put(address, replace(page, where="memory", frame=frame))
    if page.where == "nowhere":
        yield happened(
            "backed", f"guest {guest}'s page {number} gets frame {frame}, filled with zeros", memory, address
        )
    elif page.where == "host swap":
        memory = replace(memory, host_swaps=memory.host_swaps + 1)
        text = f"the host reads guest {guest}'s page {number} from its swap file: the guest waits and cannot tell why"
        yield happened("host-swap-in", text, memory, address)
    else:
        memory = replace(memory, guest_swaps=memory.guest_swaps + 1)
        yield happened("guest-swap-in", f"guest {guest} pages {number} in from its own disk", memory, address)
    return memory


def _free_frame(memory: Memory, keep: Address | None = None) -> Course:
    """Swap out until a frame is free, or, for a write to a shared page, until `keep` has its frame to itself."""
    while len(memory.used) == memory.frames:
        if keep and len(memory.sharers(memory.page(keep).frame)) == 1:
            break
        guest, number = victim = next(address for address in memory.mapped if address != keep)
        page = memory.page(victim)
        memory = memory.put(victim, replace(page, where="host swap", frame=None))
        memory = replace(memory, host_swaps=memory.host_swaps + 1)
        known = ", which the guest has freed long since" if page.free else ""
        text = f"the host writes guest {guest}'s page {number} to its swap file{known}"
        yield happened("host-swap-out", text, memory, victim)
    return memory


def _share(memory: Memory) -> Course:
    first: dict[int, Address] = {}
    for address in memory.mapped:
        page = memory.page(address)
        other = first.setdefault(page.content, address)
        frame = memory.page(other).frame
        if page.frame != frame:
            memory = memory.put(address, replace(page, frame=frame))
            text = f"page {address[1]} of guest {address[0]} equals page {other[1]} of guest {other[0]}: one frame now"
            yield happened("shared", text, memory, address, other)
    return memory


def _balloon(memory: Memory, guest: int, pages: int) -> Course:
    before = memory.guest(guest)
    if not 0 <= pages < len(before.pages):
        raise ModelError(f"the balloon of guest {guest} holds 0 to {len(before.pages) - 1} pages, not {pages}")
    if pages > before.balloon:
        memory = yield from _make_room_in_guest(memory, guest, len(before.pages) - pages)
    memory = memory.with_guest(guest, replace(memory.guests[guest], balloon=pages))
    kind = "inflated" if pages > before.balloon else "deflated"
    yield happened(
        kind, f"the balloon of guest {guest} holds {pages} page{'s' * (pages != 1)}, {before.balloon} before", memory
    )
    return memory


def _make_room_in_guest(memory: Memory, guest: int, most: int) -> Course:
    """The guest gives up pages until it keeps at most so many: free ones first, then the least recently used."""
    while memory.guests[guest].resident > most:
        pages = memory.guests[guest].pages
        kept = [n for n, page in enumerate(pages) if page.where in ("memory", "host swap")]
        recent = memory.guests[guest].recent
        number = min(kept, key=lambda n: (not pages[n].free, recent.index(n)))
        if pages[number].free:
            memory = memory.put((guest, number), Page(free=True))
            text = f"guest {guest} gives up page {number}, which is free: nothing is lost"
            yield happened("gave-free-page", text, memory, (guest, number))
            continue
        memory = memory.put((guest, number), replace(pages[number], where="guest swap", frame=None))
        memory = replace(memory, guest_swaps=memory.guest_swaps + 1)
        text = f"guest {guest} pages {number} out to its own disk, the one that it has not used for longest"
        yield happened("guest-swap-out", text, memory, (guest, number))
    return memory


def _lowest(memory: Memory) -> int:
    return min(set(range(memory.frames)) - memory.used)
