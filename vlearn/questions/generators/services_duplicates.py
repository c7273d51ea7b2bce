"""A question whose key is what is booked in the end, after crashes and the deliveries that follow them."""

from dataclasses import dataclass
from itertools import product
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.services.messages.idempotence import WAYS, Books, Delivery, at_least_once, handle
from vlearn.views.services_duplicates import draw_books

STEPS = {
    "book": "It books the amount, and then acknowledges the message. It keeps no list of what it has done",
    "note, then book": "It notes the message's id as done, then books the amount, and then acknowledges the message",
    "book, then note": "It books the amount, then notes the message's id as done, and then acknowledges the message",
    "together": "In one transaction it books the amount and notes the message's id as done, and then acknowledges it",
}
"""The ways of the model, in words."""
MOMENTS = {
    "book": ("before it books", "after it has booked"),
    "note, then book": ("before it notes", "between noting and booking", "after it has booked"),
    "book, then note": ("before it books", "between booking and noting", "after it has noted"),
    "together": ("before the transaction", "after the transaction"),
}
"""When it crashes, by the number of transactions that are done."""


@dataclass(frozen=True, slots=True)
class Message:
    """An amount, and after how many transactions the consumer crashes at the first delivery, if it does."""

    id: str
    amount: int
    crash: int | None


def booked_in_the_end(rng: Random) -> Posed:
    """How much is booked in the end, when every message that was not acknowledged is delivered again?"""
    way = rng.choice(tuple(WAYS))
    amounts = rng.sample(range(10, 100, 5), 3)
    crashes: list[int | None] = [None, *rng.choices(range(len(WAYS[way]) + 1), k=2)]
    rng.shuffle(crashes)
    messages = [
        Message(f"m{n}", amount, crash) for n, (amount, crash) in enumerate(zip(amounts, crashes, strict=True), 1)
    ]
    deliveries = at_least_once(Delivery(one.id, one.amount, way, one.crash) for one in messages)
    replay = Replay(handle, Books(), deliveries, draw_books)
    books = replay.trace().final
    counts = {one.id: books.booked.count(one.id) for one in messages}
    options, correct = distractors(rng, _euros(books.balance), _mistakes(rng, messages, counts), 3, _told(counts))
    rows = tuple((one.id, str(one.amount), _moment(way, one.crash)) for one in messages)
    skips = "" if way == "book" else " A message whose id is noted is only acknowledged."
    prompt = Text(
        "A consumer takes payments from a queue, which delivers a message again until it is acknowledged. The consumer"
        f" handles one message after another in its own database. {STEPS[way]}.{skips} At the first delivery of some"
        " messages it crashes, as the table says; it comes back, gets the same message at once, and does not crash"
        " again with that one. How much is booked in the end?"
    )
    lines = "\n".join(f"{n}. {step.event.text}" for n, step in enumerate(replay.trace().steps, 1))
    table = Table(("Message", "Euros", "Crash at its first delivery"), rows)
    solution = Text(f"{lines}\n\n{_told(counts)} In all **{_euros(books.balance)}**. {_MORALS[way]}")
    return Posed((prompt, table), SingleChoice(options, correct), (solution,), replay)


def _mistakes(rng: Random, messages: list[Message], counts: dict[str, int]) -> list[tuple[str, str]]:
    """Sums in which messages that met a crash are booked more or less often than they are."""
    hit = [one for one in messages if one.crash is not None]
    sure = sum(one.amount for one in messages if one.crash is None)
    found = []
    for times in product((0, 1, 2), repeat=len(hit)):
        wrong = [(one, n) for one, n in zip(hit, times, strict=True) if n != counts[one.id]]
        if wrong:
            one, n = wrong[0]
            total = sure + sum(one.amount * n for one, n in zip(hit, times, strict=True))
            found.append(
                (len(wrong), rng.random(), _euros(total), f"It takes {one.id} {_TIMES[n]}. {_WHY[n, counts[one.id]]}")
            )
    return [(total, why) for _, _, total, why in sorted(found)]


_TIMES = {0: "as lost", 1: "as booked once", 2: "as booked twice"}
_WHY = {
    (0, 1): "What was not acknowledged is delivered again; what was booked stays booked.",
    (0, 2): "What was not acknowledged is delivered again, and what was booked stays booked.",
    (1, 0): "Its id was noted before it was booked, so the second delivery is skipped.",
    (1, 2): "It had been booked, and no note says so: the second delivery books it again.",
    (2, 0): "Its id was noted before it was booked, so neither delivery books it.",
    (2, 1): "A second delivery books again only if the first one booked and left no note.",
}
"""By how often a student takes a message as booked, and how often it is."""
_MORALS = {
    "book": "Without a list of ids, every crash between booking and acknowledging books twice.",
    "note, then book": "A crash between the two steps loses a payment: the id says done, and nothing is booked.",
    "book, then note": "A crash between the two steps books twice: the list of ids comes too late.",
    "together": "One transaction leaves no moment between the two: each message counts once, whatever happens.",
}


def _moment(way: str, crash: int | None) -> str:
    if crash is None:
        return "none"
    last = crash == len(WAYS[way])
    return f"{MOMENTS[way][crash]}{', before it acknowledges' if last else ''}"


def _told(counts: dict[str, int]) -> str:
    times = {0: "not at all", 1: "once", 2: "twice"}
    return f"Booked are {', '.join(f'{name} {times[count]}' for name, count in counts.items())}."


def _euros(amount: int) -> str:
    return f"{amount} euros"
