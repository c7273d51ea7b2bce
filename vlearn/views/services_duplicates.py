"""Every way in which a consumer can crash over a payment, and what the second delivery then does; and its books."""

from collections import Counter

from vlearn.blocks import Block, Table, Text
from vlearn.sim.services.messages.idempotence import WAYS, Books, Delivery, at_least_once, handle
from vlearn.trace import Event, run

ONCE, TWICE, NEVER = "paid once", "paid twice", "never paid"


def crash_table(amount: int = 10) -> Table:
    """A row for each way to handle a message and each moment of a crash in it."""
    rows = tuple(
        (way, _moment(way, crash), " → ".join(trace.kinds), f"{trace.final.balance}", harm(trace.final))
        for way, transactions in WAYS.items()
        for crash in (None, *range(len(transactions) + 1))
        if (trace := run(handle, Books(), at_least_once([Delivery("m1", amount, way, crash)])))
    )
    header = ("Transactions", "Crash", "What happens", "Booked in the end", "Result")
    return Table(header, rows, f"One message that pays {amount}; after a crash it is delivered again.")


def _moment(way: str, crash: int | None) -> str:
    if crash is None:
        return "none"
    if crash == 0:
        return "before the first"
    return f"after {' and '.join(WAYS[way][crash - 1])}"


def harm(books: Books) -> str:
    """What became of each message that was acknowledged, the worst first."""
    counts = Counter(books.booked)
    if any(count > 1 for count in counts.values()):
        return TWICE
    return NEVER if any(id not in counts for id in books.acked) else ONCE


def draw_books(state: Books, event: Event | None = None) -> tuple[Block, ...]:
    """What the consumer's database holds, and what it has told the broker."""
    counts = Counter(state.booked)
    booked = ", ".join(f"{id}{f' ({count} times)' if count > 1 else ''}" for id, count in counts.items())
    rows = (
        ("balance", str(state.balance)),
        ("booked", booked or "nothing"),
        ("noted as done", ", ".join(sorted(state.noted)) or "nothing"),
        ("acknowledged", ", ".join(state.acked) or "nothing"),
    )
    said = (Text(f"**{event.kind}**: {event.text}"),) if event else (Text("Before the first delivery"),)
    return *said, Table(("What", "Holds"), rows)
