"""A consumer that books payments, and what a message does that is delivered twice, or a crash in the middle.

Four ways to handle a message, as the order of its stores; a crash may come after any of them, and the message is then
delivered again. `together` writes both in one transaction, which a crash cannot divide.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from vlearn.errors import ModelError, did_you_mean
from vlearn.trace import Event, Step

WAYS = {
    "book": (("book",),),
    "note, then book": (("note",), ("book",)),
    "book, then note": (("book",), ("note",)),
    "together": (("book", "note"),),
}
"""By name: the transactions in order. `book` adds to the balance, `note` remembers the message's id as done."""


@dataclass(frozen=True, slots=True)
class Books:
    """What the consumer's own database holds. Nobody is paid twice if each id was booked at most once."""

    balance: int = 0
    noted: frozenset[str] = frozenset()
    booked: tuple[str, ...] = ()
    acked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message reaches the consumer, which crashes after so many transactions; None lets it finish and acknowledge."""

    id: str
    amount: int
    way: str = "together"
    crash_after: int | None = None

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise ModelError(f"no way to handle a message is called {self.way!r}{did_you_mean(self.way, WAYS)}")
        if self.crash_after is not None and not 0 <= self.crash_after <= len(WAYS[self.way]):
            raise ModelError(f"{self.way!r} has {len(WAYS[self.way])} transactions: no crash after {self.crash_after}")


def handle(books: Books, delivery: Delivery) -> Iterator[Step[Books]]:
    """Skip what is noted, else write one transaction after another, and acknowledge; or crash on the way."""
    transactions = () if delivery.id in books.noted else WAYS[delivery.way]
    if not transactions:
        yield Step(Event("skip", f"{delivery.id} is noted as done: nothing is booked", ("noted",)), books)
    for done, transaction in enumerate(transactions):
        if done == delivery.crash_after:
            break
        books = reduce(lambda now, store: _written(now, store, delivery), transaction, books)
        yield Step(Event("write", f"{delivery.id}: {' and '.join(transaction)}", transaction), books)
    if delivery.crash_after is not None:
        yield Step(Event("crash", f"the consumer crashes before it acknowledges {delivery.id}"), books)
        return
    books = replace(books, acked=(*books.acked, delivery.id))
    yield Step(Event("ack", f"{delivery.id} is acknowledged"), books)


def _written(books: Books, store: str, delivery: Delivery) -> Books:
    if store == "note":
        return replace(books, noted=books.noted | {delivery.id})
    return replace(books, balance=books.balance + delivery.amount, booked=(*books.booked, delivery.id))


def at_least_once(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """The same, with each that crashes followed by another delivery of its message that does not."""
    return tuple(
        one
        for delivery in deliveries
        for one in (delivery, *((replace(delivery, crash_after=None),) if delivery.crash_after is not None else ()))
    )
