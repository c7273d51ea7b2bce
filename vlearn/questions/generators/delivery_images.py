"""A question whose key is what users see in the end, after pushes, releases by a person and ways back."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_gates import LAST, NAMES, RULES, Fact, drawn_facts
from vlearn.questions.generators.delivery_scenes import listed
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.commit import Action, Delivery, Release, RollBack, deliver
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT, Practice
from vlearn.trace import Trace, run
from vlearn.views.delivery_lane import draw

_TURNS = {"stop", "hold", "approve", "production", "roll-back", "publish"}


def what_users_see(rng: Random) -> Posed:
    """Which commits are in the image that is in production after pushes, releases and a way back?"""
    while True:
        practice = rng.choice((DELIVERY, DEPLOYMENT))
        facts = drawn_facts(rng, rng.sample(NAMES, 4))
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
        Text(f"{RULES.format(last=LAST[practice.name])} This happens, beginning with an empty main line:"),
        Text("\n".join(f"{n}. {words}" for n, (_, words) in enumerate(actions, 1))),
        Text("Which commits are in the image that users see in the end?"),
    )
    told = "\n".join(f"- {step.event.text}" for step in trace.steps if step.event.kind in _TURNS)
    moral = (
        "An image holds the whole main line of its moment. It is an image that is accepted, released and gone back to,"
        " never a single commit."
    )
    return Posed(prompt, SingleChoice(options, correct), (Text(told), Text(moral)), replay)


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
