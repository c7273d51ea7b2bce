"""etcd's members as Raft sees them: role, term and log of each, and the messages that are under way."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table, Text
from vlearn.sim.kubernetes.raft import Cluster, Member, Moment
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import CURRENT, DONE, INK, PLAIN, SMALL, WAITING, Look, Shape, box, drawing, fitted, text

ROW, NAME, LOG, CELL = 46, 62, 300, 44
MOST = 10
"""Entries and messages that are shown; of more the newest, and how many there are besides."""
GOOD = ("elected", "committed", "read", "healed", "restarted")
BAD = ("crashed", "cut", "lost", "vote-refused", "append-refused", "refused", "truncated", "request-timed-out")


def draw(state: Cluster, event: Event | None = None) -> tuple[Block, ...]:
    """A row for each member, and a table of messages. A dashed row is down; a green entry is known to be committed."""
    shapes: list[Shape] = []
    for n, member in enumerate(state.members):
        shapes += _row(member, 4 + n * ROW, bool(event and member.name in event.touches))
    height = 4 + len(state.members) * ROW
    shapes += strip(event, "Before the first step", height + 4, GOOD, BAD)
    alt = f"{' '.join(map(_said, state.members))}{sentence(event)}"
    blocks: list[Block] = [Figure(drawing(WIDTH, height + STRIP + 10, shapes), alt)]
    if state.cut:
        cut = ", ".join(f"{one} and {other}" for one, other in sorted(state.cut))
        blocks.append(Text(f"Nothing passes between {cut}."))
    blocks.append(_messages(state) if state.network else Text("No message is under way."))
    return tuple(blocks)


def draw_moment(state: Moment, event: Event | None = None) -> tuple[Block, ...]:
    """The same with the time, for a run with a clock."""
    return Text(f"At {state.now:,} ms:"), *draw(state.cluster, event)


def _row(member: Member, y: float, lit: bool) -> Iterator[Shape]:
    look = CURRENT if lit else PLAIN if member.up else WAITING
    yield box(2, y, WIDTH - 4, ROW - 6, look)
    yield text(14, y + 25, member.name, bold=True, fill=INK)
    yield box(NAME, y + 7, 84, ROW - 20, _role_look(member))
    yield text(NAME + 42, y + 24, member.role if member.up else "down", size=SMALL, anchor="middle", fill=INK)
    voted = f", vote {member.vote}" if member.vote else ""
    yield text(NAME + 96, y + 25, f"term {member.term}{voted}", size=SMALL, fill=INK)
    hidden = max(0, len(member.log) - (MOST - 1)) if len(member.log) > MOST else 0
    if hidden:
        yield text(LOG + CELL / 2, y + 25, f"{hidden} more", size=SMALL - 1, anchor="middle", fill=INK)
    for n, entry in enumerate(member.log[hidden:], hidden):
        x = LOG + (n - hidden + bool(hidden)) * CELL
        yield box(x, y + 5, CELL - 4, ROW - 16, DONE if n < member.commit else PLAIN)
        shown = f"{entry.term}:{entry.value or '-'}"
        shown = shown if len(shown) <= 6 else f"{shown[:5]}…"
        yield text(x + CELL / 2 - 2, y + 24, shown, size=fitted(shown, CELL - 6), anchor="middle", mono=True, fill=INK)


def _role_look(member: Member) -> Look:
    if not member.up:
        return WAITING
    return {"leader": DONE, "candidate": CURRENT, "follower": PLAIN}[member.role]


def _said(member: Member) -> str:
    terms = ", ".join(str(entry.term) for entry in member.log) or "none"
    role = member.role if member.up else "down"
    known = f"committed up to {member.commit}" if member.commit else "none known to be committed"
    return f"{member.name} is {role} in term {member.term}; terms of its entries: {terms}; {known}."


def _messages(cluster: Cluster) -> Table:
    rows = tuple(
        (message.sender, message.to, type(message).__name__, str(message)) for message in cluster.network[-MOST:]
    )
    hidden = len(cluster.network) - len(rows)
    more = f"; {hidden} older ones are not shown" if hidden else ""
    return Table(("From", "To", "Message", "What it says"), rows, f"Under way{more}")
