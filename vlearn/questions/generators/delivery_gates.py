"""A question whose key is which gate stops each commit; and pushes with what is true of them, for other questions."""

from dataclasses import dataclass
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.changes import Change, Finder
from vlearn.sim.delivery.commit import Delivery, Push, deliver
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT
from vlearn.trace import Trace
from vlearn.views.delivery_lane import draw

NAMES = ("cart", "coupon", "export", "filter", "login", "map", "print", "refund", "search", "share", "theme", "upload")
FACTS: dict[Finder | None, str] = {
    None: "It is right, and all of its tests pass",
    "build": "It does not compile",
    "test": "A unit test finds a fault of it",
    "acceptance": "An acceptance test finds a fault of it, no unit test does",
    "users": "It has a fault that no test looks for",
}
"""What is true of a commit, by who can find its fault."""
HEADER = ("Commit", "What is true of it", "Where it ends")
RULES = (
    "A commit is built and unit-tested together with the main line as it is, and joins the main line if both are green;"
    " what has joined stays. An image of the whole main line is then published, deployed to staging and acceptance-"
    "tested there. {last} Each commit goes as far as it can before the next one is pushed."
)

LAST = {
    DEPLOYMENT.name: "An image that is accepted goes live by itself.",
    DELIVERY.name: (
        "An image that is accepted waits until a person releases it; a newer one that is accepted takes its place."
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A push, and what a reader is told of it."""

    push: Push
    words: str


def where_each_ends(rng: Random) -> Posed:
    """Which gate stops each of four commits, or does it go live?"""
    practice = rng.choice((DELIVERY, DEPLOYMENT))
    while True:
        facts = drawn_facts(rng, rng.sample(NAMES, 4))
        replay = Replay(deliver, Delivery(practice), tuple(fact.push for fact in facts), draw)
        ends = _ends(replay.trace())
        if len(set(ends)) >= 3 and ("acceptance" in ends[:-1] or rng.random() < 0.3):
            break
    rows = tuple((f"`{fact.push.change.name}`", fact.words, end) for fact, end in zip(facts, ends, strict=True))
    goes = "`live`" if practice == DEPLOYMENT else "`waits`"
    prompt = Text(
        f"{RULES.format(last=LAST[practice.name])} The main line is empty at first, and four commits are pushed in"
        " this order. Write where each of them ends: at the red gate of `build`, `test` or `acceptance`, or else"
        f" {goes}."
    )
    final = replay.trace().final
    told = [f"- {name}: {_why(final, name.strip('`'), end)}" for name, _, end in rows]
    moral = (
        "What is not in the main line cannot clash. What has joined it is in all later images: so a gate in staging may"
        " stop a commit for a fault of another."
    )
    return Posed((prompt,), asked_below(HEADER, rows, "Where it ends"), (Text("\n".join(told)), Text(moral)), replay)


def drawn_facts(rng: Random, names: list[str]) -> list[Fact]:
    """A fact for each commit: right, faulty, stopped by a flaky test, or at odds with an earlier one."""
    found: list[Fact] = []
    for place, name in enumerate(names):
        sort = rng.choice(("right", "right", "faulty", "faulty", "flaky", "clash"))
        if sort == "clash" and place:
            other = rng.choice(names[:place])
            words = f"It is right by itself; together with `{other}`, a unit test fails"
            found.append(Fact(Push(Change(name, clashes=frozenset({other}))), words))
        elif sort == "flaky":
            stage = rng.choice(("test", "acceptance"))
            tests = {"test": "a unit test that is flaky", "acceptance": "an acceptance test that is flaky"}[stage]
            found.append(Fact(Push(Change(name), frozenset({stage})), f"It is right; {tests} fails this time"))
        else:
            fault = rng.choice([each for each in FACTS if each]) if sort == "faulty" else None
            found.append(Fact(Push(Change(name, fault)), FACTS[fault]))
    return found


def _ends(trace: Trace[Delivery]) -> list[str]:
    """Where each pushed commit ends: its gate, or what becomes of its image."""
    last = {"production": "live", "hold": "waits"}
    return [
        step.event.touches[1] if step.event.kind == "stop" else last[step.event.kind]
        for step in trace.steps
        if step.event.kind in (*last, "stop")
    ]


def _why(final: Delivery, name: str, end: str) -> str:
    stop = next((stop for stop in final.stops if stop.change.name == name), None)
    if stop is None:
        return f"`{end}`, as no gate saw anything"
    return f"`{end}`: {' and '.join(stop.seen) or 'a flaky test was red'}"
