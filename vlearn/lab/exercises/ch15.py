"""The exercises of chapter 15. Every check runs a model: on the student's number, function, application or actions."""

from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_number, is_whole
from vlearn.lab.exercises.ch15_applications import boundaries, guards, isolation
from vlearn.lab.exercises.ch15_platforms import limits, platforms
from vlearn.lab.exercises.ch15_shops import JOBS, delivered, forgetful
from vlearn.sim.services.messages.queue_state import Ack, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.sim.services.queueing import (
    mean_number,
    mean_queue,
    mean_time,
    mean_wait,
    mean_wait_general,
    servers_needed,
)
from vlearn.trace import run

RATE, WORK = 12.0, 0.075
"""Arrivals a second and mean seconds of work in the exercise about the mean wait."""


def _wait(answer: Any) -> Hint | None:
    if not is_number(answer):
        return Hint("The answer is a number of milliseconds, such as `250`.")
    right = mean_wait(RATE, WORK)
    busy = RATE * WORK
    if abs(answer - right * 1000) < 1:
        return None
    slips = (
        (right, "That is in seconds. Milliseconds were asked for."),
        (mean_time(RATE, WORK) * 1000, "That is the time from arrival to answer. The work itself is no waiting."),
        (busy * WORK * 1000, "Utilization times work is not enough: those before you waited too. What stands below?"),
        (mean_wait_general(RATE, WORK, 0) * 1000, "So it would be if all work took the same time. Here it varies."),
        (mean_queue(RATE, WORK), "That is how many wait. How long do they, by Little's law?"),
        (mean_number(RATE, WORK), "That is how many are there. How long does one of them wait?"),
        (WORK / (1 - busy) * busy * busy * 1000, "The utilization comes in once above the line, not twice."),
    )
    near = [words for value, words in slips if abs(answer - value) < 0.005 * max(1.0, value)]
    return Hint(near[0] if near else "First the utilization: rate × work. Then ρ × work / (1 − ρ).")


CASES = ((8, 0.1, 0.05), (30, 0.1, 0.02), (0.5, 0.1, 0.05), (10, 0.1, 0.5), (100, 0.05, 0.002), (39, 0.1, 1.0))
"""Arrivals a second, mean work and longest mean wait in seconds; one needs more servers than the load just because
servers come whole, one has a load of exactly one server."""


def _servers(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., servers)`, without calling it.")
    for rate, mean, wait in CASES:
        said, right = answer(rate, mean, wait), servers_needed(rate, mean, wait)
        call = f"`servers({rate:g}, {mean:g}, {wait:g})`"
        if not is_whole(said):
            return Hint(f"{call} returns {type(said).__name__}, not a whole number of servers.")
        if said == right:
            continue
        if said < 1:
            why = "A service has at least one server."
        elif rate * mean / said >= 1:
            why = f"{said} would be busy all the time: the queue grows without end."
        elif said < right:
            why = f"With {said} the mean wait is {mean_wait(rate, mean, said):.3g} s."
        else:
            why = f"With one fewer the mean wait is {mean_wait(rate, mean, said - 1):.3g} s, which will do."
        return Hint(f"{call} is {said}. {why}")
    return None


def _redelivery(answer: Any) -> Hint | None:
    if not isinstance(answer, (list, tuple)) or not all(isinstance(name, str) for name in answer):
        return Hint('Give the names in order, as in `["m5", "m6"]`.')
    end = run(work, WorkQueue(), JOBS).final
    ready = tuple(message.name for message in end.ready)
    given = tuple(answer)
    if given == ready:
        return None
    strange = [name for name in given if name not in delivered(JOBS) + ready]
    if strange:
        return Hint(f"Nobody publishes {strange[0]}.")
    if set(given) & set(end.acked):
        return Hint("What is acknowledged is gone: it does not come back.")
    held = {message.name for consumer in end.consumers for _, message in consumer.unacked}
    if set(given) & held:
        return Hint("bob is still alive, and holds one message. It is not ready.")
    if set(given) == set(ready):
        return Hint("Those it is, in another order. Where does a message go that comes back?")
    if set(given) < set(ready):
        return Hint("Some are missing: what did ann hold when she died? Mind her prefetch, and what an ack lets in.")
    return Hint("Go through the actions one by one. Who is given what, and under which tag?")


ACTIONS = (Publish, Subscribe, Ack, Nack, Close)


def _bug_hunt(answer: Any) -> Hint | None:
    if not isinstance(answer, (list, tuple)) or not all(isinstance(action, ACTIONS) for action in answer):
        return Hint('Give a list of actions, as in `[Publish("m1"), Subscribe("c", 1), Close("c")]`.')
    if len(answer) > 100:
        return Hint("A few actions will do: at most 100.")
    published = [action.name for action in answer if isinstance(action, Publish)]
    if len(set(published)) < len(published):
        return Hint("Each message has an id of its own. The same one is to be delivered twice, not published twice.")
    booked = forgetful(answer)
    if len(set(booked)) < len(booked):
        return None
    if len(set(delivered(answer))) == len(delivered(answer)):
        return Hint("Nothing is delivered twice here. Let a consumer die before it acknowledges, and come back.")
    return Hint(
        "A message came back, and was the last one booked: that one it remembers. What if it was given another one in"
        " between?"
    )


EXERCISES = (
    Exercise("ch15-isolation", "ch15-compare-monolith", "two numbers: browsers and buyers a second", isolation),
    Exercise("ch15-boundaries", "ch15-design-boundaries",
             "an `Application` with services `orders`, `payment` and `stock`, each with a database of its own",
             boundaries),
    Exercise("ch15-guards", "ch15-predict-cascade",
             'a `Call("checkout", share=0.3, ...)` with guards that keep the shop open', guards),
    Exercise("ch15-wait", "ch15-compute-waiting", "the mean wait in milliseconds, a number", _wait),
    Exercise("ch15-servers", "ch15-compute-waiting",
             "a function `servers(rate, work, wait)` that returns the fewest servers, a whole number", _servers),
    Exercise("ch15-redelivery", "ch15-trace-messages", "a list of the messages that are ready at the end, in order",
             _redelivery),
    Exercise("ch15-bug-hunt", "ch15-judge-duplicates",
             "a list of actions after which the wrong consumer has booked a message twice", _bug_hunt),
    Exercise("ch15-limits", "ch15-explain-containment", "the text of a Compose file", limits),
    Exercise("ch15-platforms", "ch15-choose-platform", "a set of names: the applications that need an orchestrator",
             platforms),
)  # fmt: skip
