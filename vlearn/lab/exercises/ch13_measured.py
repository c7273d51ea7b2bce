"""The checks of chapter 13's exercises about measures, bottlenecks and releases, and of an answer's form."""

from collections.abc import Collection, Mapping
from typing import Any

from vlearn.errors import ModelError
from vlearn.lab.exercise import Hint, is_number
from vlearn.lab.exercises.ch13_teams import (
    LOG,
    SITUATIONS,
    STEPS,
    best_pair,
    lead_time,
    released,
    right_measures,
    words_of,
)
from vlearn.sim.delivery.phases import BlueGreen, Canary, Recreate, Rolling

HOUR = 60.0
STRATEGIES = (Recreate, Rolling, BlueGreen, Canary)


def mapping(answer: object, keys: Collection[str], values: str) -> Hint | None:
    """What is wrong with the form of an answer that is a dictionary with these keys."""
    if not isinstance(answer, Mapping):
        return Hint(f"The answer is a dictionary with the keys {', '.join(keys)}.")
    if missing := [key for key in keys if key not in answer]:
        return Hint(f"Nothing is said of {' and '.join(missing)}: the answer has {values} for each.")
    return None


def measured(answer: Any) -> Hint | None:
    """The four measures of the log."""
    right, leads = right_measures(), sorted(one.at - made for one in LOG for made in one.committed)
    lead, recovery = (right.lead_time or 0) / HOUR, (right.recovery_time or 0) / HOUR
    wanted = {"lead": lead, "frequency": right.deployment_frequency, "fail": right.fail_rate or 0, "recovery": recovery}
    if wrong := mapping(answer, tuple(wanted), "a number"):
        return wrong
    oldest = sorted(one.at - min(one.committed) for one in LOG)
    slips = {
        ("lead", round(sum(leads) / len(leads) / HOUR, 1)): "That is the mean, which one old change moves far.",
        ("lead", round(sum(oldest[2:4]) / 2 / HOUR, 1)): "Every change counts, not the oldest one of a deployment.",
        ("lead", lead * 60): "Hours were asked for.",
        ("frequency", len(LOG)): "That is how many there are in six days. How many in one?",
        ("fail", sum(one.failed for one in LOG)): "That is a number of deployments. Which share of them all is it?",
        ("fail", round(100 * wanted["fail"], 1)): "Give a share from 0 to 1, not a percentage.",
    }
    general = {
        "lead": "From a commit until it is deployed: how long in the middle one of all changes?",
        "frequency": "Deployments, over days.",
        "fail": "Deployments by which users suffered, over all.",
        "recovery": "From the deployment by which users suffered until they were well: the middle one.",
    }
    for key, value in wanted.items():
        said = answer[key]
        if not is_number(said):
            return Hint(f"`{key}` is a number, not {type(said).__name__}.")
        if abs(said - value) > 0.005 * max(1.0, value):
            near = (words for (name, slip), words in slips.items() if name == key and abs(said - slip) < 0.06)
            return Hint(f"`{key}` is not {said:g}. {next(near, general[key])}")
    return None


def widened(answer: Any) -> Hint | None:
    """The two steps that shorten the lead time most."""
    if isinstance(answer, str) or not isinstance(answer, Collection) or len(set(answer)) != 2:
        return Hint('Give two of the controls, as in `{"batch", "test"}`.')
    chosen = frozenset(map(str, answer))
    if odd := sorted(chosen - STEPS.keys()):
        return Hint(f"{odd[0]!r} is none of the controls: {', '.join(STEPS)}.")
    if chosen == best_pair():
        return None
    came, alone = lead_time(chosen), {name: words_of(lead_time(frozenset({name}))) for name in sorted(chosen)}
    each = " and ".join(f"with {name} alone, {words}" for name, words in alone.items())
    more = (
        "More runs for the same changes: the lanes are full." if "batch" in chosen else "What do changes wait for most?"
    )
    return Hint(f"The median lead time becomes {words_of(came)} ({each}). Another pair does better. {more}")


def released_by(answer: Any) -> Hint | None:
    """A strategy for each service."""
    if wrong := mapping(answer, tuple(SITUATIONS), "a strategy"):
        return wrong
    for name, situation in SITUATIONS.items():
        strategy = answer[name]
        if not isinstance(strategy, STRATEGIES):
            return Hint(f"Give {name} a strategy, such as `Rolling(1, 0)`, `BlueGreen()` or `Canary((0.1, 0.5), 20)`.")
        try:
            final = released(name, strategy)
        except ModelError as error:
            return Hint(f"{name}: {error}.")
        if said := situation.kept(final):
            return Hint(f"{name}: by {strategy}, {said}.")
    return None
