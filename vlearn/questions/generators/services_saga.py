"""A question whose key is what a saga undoes, and in which order, when one of its steps fails."""

from collections.abc import Iterable
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.services.messages.saga import Local, Outcome, Saga, proceed
from vlearn.views.services_saga import draw_saga

SAGAS = (
    ("An order in a shop", (
        Local("orders", "accept the order", "cancel the order"),
        Local("customers", "add bonus points", "take the points back"),
        Local("stock", "set the goods aside", "free the goods"),
        Local("payment", "take the money", "pay it back"),
        Local("shipping", "book a parcel", "call the parcel off"),
        Local("invoices", "issue the invoice", "issue a credit note"),
    )),
    ("A journey", (
        Local("trips", "open the trip", "close the trip"),
        Local("flights", "reserve the seats", "give the seats back"),
        Local("hotels", "book the room", "call the room off"),
        Local("cars", "rent a car", "cancel the car"),
        Local("insurance", "insure the trip", "end the policy"),
        Local("payment", "charge the card", "refund the card"),
    )),
    ("A registration for a course", (
        Local("students", "open the application", "close the application"),
        Local("courses", "take a seat", "free the seat"),
        Local("fees", "collect the fee", "return the fee"),
        Local("library", "open the account", "close the account"),
        Local("calendar", "enter the dates", "delete the dates"),
        Local("doors", "allow the key card", "block the key card"),
    )),
)  # fmt: skip
"""Made up: what it is for, and steps of which a question takes some."""


def saga_undoes(rng: Random) -> Posed:
    """Which compensations are carried out, in which order?"""
    title, every = rng.choice(SAGAS)
    steps = tuple(every[n] for n in sorted(rng.sample(range(len(every)), rng.choice((4, 5)))))
    failing = rng.randrange(2, len(steps))
    # A compensation that does not succeed at once is tried again: sagas do not stop on the way back.
    stubborn = rng.choice((0, 0, 1, 2))
    outcomes = (*[Outcome()] * failing, *[Outcome(False)] * (1 + stubborn), *[Outcome()] * failing)
    replay = Replay(proceed, Saga(steps), outcomes, draw_saga)
    undone = tuple(_undoing(step.event.text) for step in replay.trace().steps if step.event.kind == "undone")
    done = steps[:failing]
    wrong = [
        (_sequence(one.compensation for one in done), "Back means back: what was done last is undone first."),
        (_sequence(one.compensation for one in steps[failing::-1]), "The step that failed has changed nothing."),
        (_sequence(one.compensation for one in done[:0:-1]), "The first step was done too, and has to be undone."),
        (_sequence([done[-1].compensation]), "All that was done is undone, not only the last step."),
    ]
    first, *others = wrong
    rng.shuffle(others)
    options, correct = distractors(rng, _sequence(undone), (first, *others), 3, "All that was done, backwards.")
    again = {
        0: "",
        1: " The compensation that comes first fails once.",
        2: " The compensation that comes first fails twice.",
    }[stubborn]
    retried = " A compensation that fails is tried again." if stubborn else ""
    prompt = Text(
        f"{title} is a saga: the steps below, in this order, each a local transaction of one service. The transaction"
        f" of `{steps[failing].service}` fails and changes nothing.{again}{retried} Which compensations take effect,"
        " and in which order?"
    )
    rows = tuple((one.service, one.action, str(one.compensation)) for one in steps)
    lines = "\n".join(f"{n}. {step.event.text}" for n, step in enumerate(replay.trace().steps, 1))
    moral = (
        "Until then, everybody could see the steps that were undone: a saga has no isolation. And what is undone is not"
        " as if it had never been; the customer may have had a mail."
    )
    table = Table(("Service", "Transaction", "Compensation"), rows)
    return Posed((prompt, table), SingleChoice(options, correct), (Text(f"{lines}\n\n{moral}"),), replay)


def _undoing(text: str) -> str:
    return text.partition(": ")[2]


def _sequence(compensations: Iterable[str | None]) -> str:
    return ", then ".join(filter(None, compensations))
