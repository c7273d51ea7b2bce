"""A question whose key is which messages do harm if they are carried out once more, after all the others.

To be harmless *right after* itself is less: between a message and its late repetition, others may have come.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from immutables import Map

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.forms import chosen
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.trace import Event, Step, run

WORDS = {
    "set": "set the stock of {article} to {number}",
    "take": "take {number} from the stock of {article}",
    "add": "add {number} to the stock of {article}",
    "raise": "raise the stock of {article} to {number} if it is lower",
    "enter": "enter {article} with a stock of {number} unless it is there",
}
"""What a message may ask for, by kind."""
ARTICLES = ("pens", "ink", "glue", "paper", "tape", "chalk")
COUNT = 5


@dataclass(frozen=True, slots=True)
class Message:
    """What a service is to do with its stock."""

    id: str
    kind: str
    article: str
    number: int

    @property
    def words(self) -> str:
        """As the table says it."""
        return WORDS[self.kind].format(article=self.article, number=self.number)


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces by article."""

    pieces: Map[str, int]


def carry_out(stock: Stock, message: Message) -> Iterator[Step[Stock]]:
    """Do as the message says, whether or not it has been done before."""
    now = stock.pieces.get(message.article, 0)
    after = {
        "set": message.number,
        "take": now - message.number,
        "add": now + message.number,
        "raise": max(now, message.number),
        "enter": stock.pieces.get(message.article, message.number),
    }[message.kind]
    stock = replace(stock, pieces=stock.pieces.set(message.article, after))
    yield Step(Event(message.kind, f"{message.id}: {message.words}; now {after}", (message.article,)), stock)


def harmful_repeats(rng: Random) -> Posed:
    """Which messages change the stock if they are delivered a second time, after all others?"""
    while True:
        first, second, new = rng.sample(ARTICLES, 3)
        start = Stock(Map({first: rng.randrange(20, 60), second: rng.randrange(20, 60)}))
        messages = tuple(_drawn(rng, f"m{n}", first, second, new) for n in range(1, COUNT + 1))
        replay = Replay(carry_out, start, messages, draw_stock)
        trace = replay.trace()
        final = trace.final
        harmful = {one.id for one in messages if run(carry_out, final, (one,)).final != final}
        absolute = [one for one in messages if one.kind in ("set", "raise")]
        entered = [n for n, one in enumerate(messages) if one.article == new]
        sound = not entered or messages[entered[0]].kind == "enter"
        if sound and 2 <= len(harmful) <= 3 and any(one.id in harmful for one in absolute):
            break
    had = " and ".join(f"{pieces} of {article}" for article, pieces in sorted(start.pieces.items()))
    prompt = Text(
        f"A service has a stock of {had}, and nothing else. It carries out the messages of the table, in this order,"
        " each once. Then one of them is delivered once more, because its acknowledgement was lost, and the service,"
        " which keeps no list of what it has done, carries it out again. For which messages does that change the stock?"
        " Choose all that apply."
    )
    answer = chosen((f"`{one.id}`", one.id in harmful, _why(one, final, one.id in harmful)) for one in messages)
    lines = "\n".join(f"{n}. {step.event.text}" for n, step in enumerate(trace.steps, 1))
    told = "\n".join(f"- `{one.id}`: {_why(one, final, one.id in harmful)}" for one in messages)
    moral = (
        "What sets a value is harmless right after itself, yet not always later. What changes a value by an amount is"
        " never harmless without a list of ids."
    )
    table = Table(("Message", "Says"), tuple((one.id, one.words) for one in messages))
    return Posed((prompt, table), answer, (Text(f"{lines}\n\n{told}\n\n{moral}"),), replay)


def draw_stock(stock: Stock, event: Event | None = None) -> tuple[Block, ...]:
    """Every article with its pieces."""
    rows = tuple((article, str(pieces)) for article, pieces in sorted(stock.pieces.items()))
    return (Table(("Article", "Stock"), rows, event.text if event else "Before the first message"),)


def _drawn(rng: Random, id: str, first: str, second: str, new: str) -> Message:
    kind = rng.choice(("set", "set", "take", "add", "raise", "enter"))
    article = rng.choice((first, second, new)) if kind != "enter" else rng.choice((first, new, new))
    return Message(id, kind, article, rng.randrange(2, 15) if kind in ("take", "add") else rng.randrange(20, 60))


def _why(message: Message, final: Stock, harmful: bool) -> str:
    now, article = final.pieces[message.article], message.article
    if message.kind in ("take", "add"):
        return f"It changes the stock of {article} by {message.number}, each time anew."
    if message.kind == "enter":
        return f"There is an entry for {article} by then, so it does nothing."
    if harmful:
        return f"Since then others have brought the stock of {article} to {now}; it sets {message.number} again."
    least = "at least " if message.kind == "raise" else ""
    return f"The stock of {article} is {now} in the end, {least}what it asks for."
