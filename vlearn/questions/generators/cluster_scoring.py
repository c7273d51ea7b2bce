"""Questions whose key is the scores of the nodes that a pod fits, and the node that it goes to."""

from collections.abc import Callable, Sequence
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_placing import Place, Scene, drawn_scene
from vlearn.questions.generators.forms import asked_below, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Option, SingleChoice
from vlearn.sim.kubernetes.scheduler import Cycle

HEADER = ("Node", "Fits", "LeastAllocated", "Balanced", "Sum")
_LEAST, _BALANCED = "NodeResourcesFit", "NodeResourcesBalancedAllocation"
_RULES = (
    "LeastAllocated is, with the pod on the node, the percentage of processors and of memory that would be left"
    " unrequested, each rounded down, and of the two the mean, rounded down. BalancedAllocation is 100 times one minus"
    " half the difference of the two requested fractions, rounded down. Both have weight 1; no other score tells these"
    " nodes apart."
)


def scores_of_nodes(rng: Random) -> Posed:
    """Which nodes does the pod fit, and what do they score?"""
    scene = _drawn(rng, 4)
    cycle = scene.cycle
    rows = [_row(cycle, place) for place in scene.places]
    prompt = Text(
        "A pod is to be scheduled. Which nodes does it fit (`yes` or `no`), and what do they score? Write `-` where"
        f" there is no score. {_RULES}"
    )
    table = plain_table(HEADER, tuple(rows))
    solution = Text(f"Only nodes that pass all filters are scored. The pod goes to **{cycle.node}**.")
    return Posed((prompt, *scene.shown), asked_below(HEADER, rows, *HEADER[1:]), (solution, table), scene.replay)


def where_it_goes(rng: Random) -> Posed:
    """To which node does the pod go?"""
    while True:
        scene = _drawn(rng, 4)
        reasons = {place.name: _why_not(scene, place) for place in scene.places if place.name != scene.cycle.node}
        if len(set(reasons.values())) == len(reasons):
            break
    names = [place.name for place in scene.places]
    options = tuple(Option(f"`{name}`", reasons.get(name, "Of the nodes that fit it scores most.")) for name in names)
    cycle = scene.cycle
    prompt = Text(
        "To which node does a scheduler with the default settings send this pod? No image is on any node yet."
    )
    rows = tuple(_row(cycle, place) for place in scene.places)
    correct = names.index(cycle.node or "")
    solution = (Text(_RULES), plain_table(HEADER, rows))
    return Posed((prompt, *scene.shown), SingleChoice(options, correct), solution, scene.replay)


def _drawn(rng: Random, count: int) -> Scene:
    """A scene whose best node is the only best one, by these two scores alone."""
    while True:
        scene = drawn_scene(rng, count, 0.18)
        cycle = scene.cycle
        soft = any(
            taint["effect"] == "PreferNoSchedule" for place in scene.places for taint in place.node["spec"]["taints"]
        )
        if soft or not 2 <= len(cycle.feasible) < count:
            continue
        sums = sorted(int(_row(cycle, place)[4]) for place in scene.places if place.name in cycle.feasible)
        if sums[-1] > sums[-2]:
            return scene


def _scores(cycle: Cycle, plugin: str) -> tuple[int, ...]:
    return next(column.scores for column in cycle.columns if column.plugin == plugin)


def _row(cycle: Cycle, place: Place) -> tuple[str, ...]:
    if place.name in cycle.verdicts:
        return place.name, "no", "-", "-", "-"
    at = cycle.feasible.index(place.name)
    least, balanced = (_scores(cycle, plugin)[at] for plugin in (_LEAST, _BALANCED))
    return place.name, "yes", str(least), str(balanced), str(least + balanced)


def _leads(place: Place, places: Sequence[Place], measure: Callable[[Place], float]) -> bool:
    """Whether the place alone has the highest measure."""
    return all(measure(place) > measure(other) for other in places if other is not place)


def _why_not(scene: Scene, place: Place) -> str:
    cycle = scene.cycle
    if place.name in cycle.verdicts:
        return f"It is filtered out before anything is scored: {cycle.verdicts[place.name].message}."
    fitting = [other for other in scene.places if other.name in cycle.feasible]
    if _leads(place, fitting, lambda other: -sum(other.used)):
        return "It is the least busy at the moment, but requests count and not use."
    if _leads(place, fitting, lambda other: sum(other.has)):
        return "It is the largest, but what counts is the part that would be left unrequested."
    if _leads(place, fitting, lambda other: other.requested[0] / other.has[0]):
        return "It would be packed most densely. That is MostAllocated, another strategy than the default."
    row = _row(cycle, place)
    return f"It fits, and scores {row[2]} + {row[3]} = {row[4]}, which another node exceeds."
