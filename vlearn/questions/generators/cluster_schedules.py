"""Questions whose key is when a cron job is due next, and what it starts after its controller has been away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_scenes import NOW, Object, span_text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.cronjob import cron_job_step, most_recent
from vlearn.sim.kubernetes.controllers.schedule import parse_schedule

DAY, MINUTE = 86400, 60
_DAYS = ("mon", "tue", "wed", "thu", "fri")


def cron_next(rng: Random) -> Posed:
    """When is the cron job due next?"""
    while True:
        moment = NOW + rng.randrange(28 * DAY // MINUTE) * MINUTE
        text = _schedule(rng)
        due = parse_schedule(text).after(moment)
        wrong = list(_misread(text, moment))
        if due is not None and due - moment > 2 * MINUTE and len({when for when, _ in wrong} - {_when(due)}) >= 3:
            break
    options, correct = distractors(rng, _when(due), wrong, 3)
    prompt = Text(
        f"A CronJob has the schedule `{text}` and no time zone of its own; that of the controller is UTC. It is"
        f" {_when(moment)} (UTC). When is it due next?"
    )
    solution = Text(
        "The five fields are minute, hour, day of the month, month, day of the week; `*/n` in a field means the"
        " multiples of n (days and months count from 1), whatever the time is now. If both the day of the month and"
        " that of the week are restricted, it is due on days that fit either one."
        f" So the next time is **{_when(due)}**."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,))


def cron_after_outage(rng: Random) -> Posed:
    """Which jobs does the controller create when it is back?"""
    while True:
        every = rng.choice((10, 15, 20, 30))
        last = NOW + rng.randrange(0, 12 * 60, every) * MINUTE
        now = last + rng.randrange(2 * every + 1, 5 * every) * MINUTE
        if int(now) // MINUTE % every == 0:
            continue
        policy = rng.choice(("Allow", "Forbid", "Replace"))
        running = rng.random() < 0.5
        deadline = rng.choice((None, None, 60, 120, 300, 600, 1200, 3600))
        cron_job = _cron_job(every, last, policy, running, deadline)
        due, missed = most_recent(_cron_job(every, last, policy, running, None), now)
        if due is not None and (deadline is None or abs(now - due - deadline) > 30):
            break
    jobs = [{"metadata": {"uid": "old"}, "status": {}}] if running else []
    step = cron_job_step(cron_job, jobs, now)
    right = "No job" if step.start is None else f"One job, for {_clock(step.start)}"
    right += ", and the one that runs is deleted" if step.delete else ""
    late = "With Forbid nothing starts while the last job runs."
    if deadline is not None and now - due > deadline:
        late = "The latest time due is longer ago than the deadline allows."
    first = last + every * MINUTE
    wrong = [
        (
            f"{missed} jobs, for {_clock(first)} to {_clock(due)}",
            "Times that were missed are not made up for one by one.",
        ),
        (f"One job, for {_clock(first)}", "Of several missed times it takes the latest one, not the first."),
        (f"One job, for {_clock(due)}", late if step.start is None else "Replace deletes the job that still runs."),
        ("No job", "It looks back: a missed time is started late, if no deadline forbids it."),
        (f"One job, for {_clock(due)}, and the one that runs is deleted", _why_not_deleted(policy, running)),
    ]
    options, correct = distractors(rng, right, wrong, 3)
    still = "is still running" if running else "has ended long ago"
    line = "no `startingDeadlineSeconds`" if deadline is None else f"`startingDeadlineSeconds: {deadline}`"
    prompt = Text(
        f"A CronJob has the schedule `*/{every} * * * *`, `concurrencyPolicy: {policy}` and {line}. It started its last"
        f" job at {_clock(last)}, which {still}. Then its controller was away, and is back at {_clock(now)}. What does"
        " it create at once?"
    )
    why = f"The latest time that was missed is {_clock(due)}, {span_text(now - due)} ago."
    if deadline is not None:
        why += f" A start may be {span_text(deadline)} late."
    solution = Text(
        f"{why} Missed times are not made up for one by one: the latest is started, if that is not later than the"
        " deadline allows. Where a job still runs, Forbid skips the start, Replace deletes that job, Allow lets both"
        f" run. {right}."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,))


def _schedule(rng: Random) -> str:
    minute, hour, day = rng.choice((0, 5, 15, 20, 30, 45)), rng.randrange(2, 23), rng.randrange(1, 13)
    weekday, step = rng.choice(_DAYS), rng.choice((7, 10, 15, 20, 25, 40))
    return rng.choice((
        f"{minute} {hour} * * *", f"{minute} {hour} {day} * {weekday}", f"{minute} {hour} {day} * *",
        f"*/{step} * * * *", f"*/{step} {hour} * * *", f"{minute} */{rng.choice((4, 5, 6, 7))} * * *",
        f"{minute} {hour} * * {weekday}", f"{minute} {hour} * * 1-5",
    ))  # fmt: skip


def _misread(text: str, moment: float) -> Iterator[tuple[str, str]]:
    """When it would be due by other readings of the schedule."""
    minute, hour, day, month, weekday = text.split()
    if day != "*" and weekday != "*":
        both = next((at for at in _times(text, moment, 4000) if _fits(at, day, weekday)), None)
        if both is not None:
            yield _when(both), "Two restricted fields for the day do not have to fit both: either is enough."
    for field, value, size in (("minute", minute, 60), ("hour", hour, 3600)):
        if value.startswith("*/"):
            later = moment + int(value[2:]) * size
            yield _when(later), f"The steps of the {field} field are not counted from now, but from 0."
    if minute.isdecimal() and hour.isdecimal() and int(minute) < 24:
        swapped = parse_schedule(f"{hour} {minute} {day} {month} {weekday}").after(moment)
        if swapped is not None:
            yield _when(swapped), "The minute comes first, then the hour."
    if day.isdecimal() and weekday == "*":
        other = parse_schedule(f"{minute} {hour} * {day} *").after(moment)
        if other is not None:
            yield _when(other), "The third field is the day of the month; the month is the fourth."
    for spoilt, why in (
        (f"{minute} {hour} * * *", "A field for the day restricts it: it is not due on every day."),
        (f"{minute} * {day} {month} {weekday}", "The hour is restricted as well."),
        (f"0 {hour} {day} {month} {weekday}", "The minute is that of the first field, not 0."),
    ):
        at = parse_schedule(spoilt).after(moment)
        if at is not None:
            yield _when(at), why
    due = list(_times(text, moment, 2))
    yield _when(due[-1]), "It is due once before that."
    yield _when(moment + 60), "It is not due in every minute."


def _times(text: str, moment: float, count: int) -> Iterator[float]:
    schedule = parse_schedule(text)
    for _ in range(count):
        after = schedule.after(moment)
        if after is None:
            return
        moment = after
        yield moment


def _fits(at: float, day: str, weekday: str) -> bool:
    local = datetime.fromtimestamp(at, UTC)
    return local.day == int(day) and local.weekday() == _DAYS.index(weekday)


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%a %d %b %Y, %H:%M")


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M")


def _why_not_deleted(policy: str, running: bool) -> str:
    if not running:
        return "Nothing is running any more that could be deleted."
    return "The start would be later than its deadline." if policy == "Replace" else "Only Replace deletes what runs."


def _cron_job(every: int, last: float, policy: str, running: bool, deadline: int | None) -> Object:
    spec: Object = {"schedule": f"*/{every} * * * *", "concurrencyPolicy": policy}
    if deadline is not None:
        spec["startingDeadlineSeconds"] = deadline
    active = [{"uid": "old"}] if running else []
    return {
        "metadata": {"name": "report", "creationTimestamp": timestamp(last - DAY)},
        "spec": spec,
        "status": {"lastScheduleTime": timestamp(last), "active": active},
    }
