"""When a question comes back: spaced repetition by FSRS, computed from the answers in the record and nothing else.

No state is kept beside the attempts. So it is never out of step with them, two notebooks that write at once cannot
spoil it, and an answer from before there was a schedule counts too. An answer that is fully right counts as `Good`, one
with at least half of the points as `Hard`, any other as `Again`; one that a person must grade has no say.

Source: the free spaced repetition scheduler, version 6, with its published parameters (package `fsrs`). Its random
fuzz is off, so the same answers give the same dates. A missed question is due ten minutes later, then in days.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from fsrs import Card, Rating, Scheduler

from vlearn.lab.record import Attempt

ENOUGH = 0.5
"""The share of the points from which an answer was hard rather than wrong."""
SOON = (timedelta(minutes=10),)
_SCHEDULER = Scheduler(learning_steps=SOON, relearning_steps=SOON, enable_fuzzing=False)


def due_dates(attempts: Iterable[Attempt]) -> dict[str, datetime]:
    """When each question that was answered comes back, in UTC. The attempts are given in the order they were made."""
    cards: dict[str, Card] = {}
    for attempt in attempts:
        if attempt.activity != "question" or attempt.score is None or not (moment := _moment(attempt.when)):
            continue
        card = cards.get(attempt.id) or Card(card_id=0, due=moment)  # without an id, fsrs takes one from the clock
        cards[attempt.id], _ = _SCHEDULER.review_card(card, _rating(attempt.score), moment)
    return {id: card.due for id, card in cards.items()}


def due_now(dates: Mapping[str, datetime], now: datetime) -> tuple[str, ...]:
    """The questions that are due, the one that has waited longest first."""
    return tuple(sorted((id for id, date in dates.items() if date <= now), key=lambda id: (dates[id], id)))


def _rating(score: float) -> Rating:
    if score >= 1:
        return Rating.Good
    return Rating.Hard if score >= ENOUGH else Rating.Again


def _moment(when: str) -> datetime | None:
    """None where somebody wrote something else into the file."""
    try:
        moment = datetime.fromisoformat(when)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
