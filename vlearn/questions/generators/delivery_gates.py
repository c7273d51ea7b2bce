"""Questions whose key is how far commits come: which gate stops each of them, and what users see in the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_scenes import listed
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.changes import Change, Finder
from vlearn.sim.delivery.commit import Action, Delivery, Push, Release, RollBack, deliver
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT, Practice
from vlearn.trace import Trace, run
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
_RULES = (
    "A commit is built and unit-tested together with the main line as it is, and joins the main line if both are green;"
    " what has joined stays. An image of the whole main line is then published, deployed to staging and acceptance-"
    "tested there. {last} Each commit goes as far as it can before the next one is pushed."
)

_LAST = {
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
        facts = _facts(rng, rng.sample(NAMES, 4))
        replay = Replay(deliver, Delivery(practice), tuple(fact.push for fact in facts), draw)
        ends = _ends(replay.trace())
        if len(set(ends)) >= 3 and ("acceptance" in ends[:-1] or rng.random() < 0.3):
            break
    rows = tuple((f"`{fact.push.change.name}`", fact.words, end) for fact, end in zip(facts, ends, strict=True))
    goes = "`live`" if practice == DEPLOYMENT else "`waits`"
    prompt = Text(
        f"{_RULES.format(last=_LAST[practice.name])} The main line is empty at first, and four commits are pushed in"
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


def what_users_see(rng: Random) -> Posed:
    """Which commits are in the image that is in production after pushes, releases and a way back?"""
    while True:
        practice = rng.choice((DELIVERY, DEPLOYMENT))
        facts = _facts(rng, rng.sample(NAMES, 4))
        actions = list(_told(rng, facts, practice))
        replay = Replay(deliver, Delivery(practice), tuple(action for action, _ in actions), draw)
        trace = replay.trace()
        seen = _contents(trace)
        wrong = list(_wrong(trace, facts, seen))
        differ = {text for text, _ in wrong} - {_set(seen)}
        if seen and len(differ) >= 3 and "nothing" not in trace.kinds:
            break
    options, correct = distractors(rng, _set(seen), wrong, 3)
    prompt = (
        Text(f"{_RULES.format(last=_LAST[practice.name])} This happens, beginning with an empty main line:"),
        Text("\n".join(f"{n}. {words}" for n, (_, words) in enumerate(actions, 1))),
        Text("Which commits are in the image that users see in the end?"),
    )
    told = "\n".join(f"- {step.event.text}" for step in trace.steps if step.event.kind in _TURNS)
    moral = (
        "An image holds the whole main line of its moment. It is an image that is accepted, released and gone back to,"
        " never a single commit."
    )
    return Posed(prompt, SingleChoice(options, correct), (Text(told), Text(moral)), replay)


_TURNS = {"stop", "hold", "approve", "production", "roll-back", "publish"}


def _facts(rng: Random, names: list[str]) -> list[Fact]:
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


def _told(rng: Random, facts: list[Fact], practice: Practice) -> Iterator[tuple[Action, str]]:
    """The pushes, and between them releases by a person and ways back, each where there is something to do."""
    state = Delivery(practice)
    for fact in facts:
        yield fact.push, f"`{fact.push.change.name}` is pushed. {fact.words}."
        state = run(deliver, state, (fact.push,)).final
        if state.waiting and rng.random() < 0.6:
            state = run(deliver, state, (Release("Kim"),)).final
            yield Release("Kim"), "Kim releases the image that waits."
        if len(state.history) >= 2 and rng.random() < 0.4:
            state = run(deliver, state, (RollBack(),)).final
            yield RollBack(), "Production goes back to the image that it had before."


def _images(trace: Trace[Delivery]) -> dict[str, tuple[str, ...]]:
    """By digest: the commits that were in the main line when the image was built."""
    return {
        step.state.registry.digest("candidate"): tuple(change.name for change in step.state.mainline)
        for step in trace.steps
        if step.event.kind == "publish"
    }


def _contents(trace: Trace[Delivery]) -> tuple[str, ...]:
    return _images(trace).get(trace.final.production, ())


def _wrong(trace: Trace[Delivery], facts: list[Fact], seen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What users would see by wrong models of the pipeline."""
    images, final = _images(trace), trace.final
    names = tuple(fact.push.change.name for fact in facts)
    if "roll-back" in trace.kinds:
        digests = [step.state.production for step in trace.steps if step.event.kind == "production"]
        yield _set(images[digests[-1]]), "Production went back to an image from before that one."
    if final.waiting:
        yield _set(images[final.waiting]), "This image was accepted, and nobody has released it."
    mainline = tuple(change.name for change in final.mainline)
    yield _set(mainline), "This is the main line. What has joined it may still be stopped in staging, or wait."
    yield _set(seen[-1:]), "An image holds the whole main line of its moment, not its newest commit alone."
    stopped = {stop.change.name for stop in final.stops}
    green = tuple(name for name in names if name not in stopped)
    yield _set(green), "An image is of a moment. What was not red itself need not be in it, and what was red may be."
    yield _set(names), "A commit that build or unit tests stop does not join the main line."
    yield _set(seen[:-1]), "The image was built when its last commit had joined the main line."


def _set(names: tuple[str, ...]) -> str:
    return listed(names) if names else "no commit at all"
