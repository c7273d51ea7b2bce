"""The exercises of chapter 13. Every check runs a model: on a pipeline file, a batch of changes, a release, a team."""

from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_number
from vlearn.lab.exercises.ch13_commits import CAUSES, contents, delivered, hopeful, queued, right_causes, stopped
from vlearn.lab.exercises.ch13_files import starts
from vlearn.lab.exercises.ch13_measured import mapping, measured, released_by, widened
from vlearn.lab.exercises.ch13_written import written
from vlearn.sim.delivery.changes import Change, green


def _artifacts(answer: Any) -> Hint | None:
    keys = ("mainline", "staging", "users")
    if wrong := mapping(answer, keys, "a list of changes"):
        return wrong
    state = delivered()
    right = {
        "mainline": [one.name for one in state.mainline],
        "staging": contents(state, "staging"),
        "users": contents(state, "production"),
    }
    for key in keys:
        said = list(answer[key])
        if sorted(map(str, said)) == sorted(right[key]):
            continue
        if key == "mainline":
            why = "A change joins it when its build and its tests are green. Acceptance tests come later."
        elif key == "staging":
            why = "What is green so far is deployed to staging, and there the acceptance tests find what they find."
        elif "e" in said:
            why = "The image with `e` holds all of the mainline. What do the acceptance tests say of that?"
        else:
            why = "By continuous delivery, users have what a person released last: an image, with all that is in it."
        return Hint(f"`{key}` is not {said}. {why}")
    return None


def _starts(answer: Any) -> Hint | None:
    right = starts()
    if wrong := mapping(answer, tuple(right), "a number of minutes"):
        return wrong
    slips = {
        "enough": "With runners for all, the longest chain of needs decides: what it takes before `deploy`.",
        "two": "Draw two lanes. A runner that is free takes the first job of the file whose needs are done.",
        "one": "One after the other, everything that `deploy` needs.",
    }
    for key, value in right.items():
        if not is_number(answer[key]) or abs(answer[key] - value) > 1e-6:
            return Hint(f"With {key}, `deploy` does not start at {answer[key]!r} min. {slips[key]}")
    return None


def _causes(answer: Any) -> Hint | None:
    right = right_causes()
    if wrong := mapping(answer, tuple(right), "a cause"):
        return wrong
    if odd := [word for word in answer.values() if word not in CAUSES]:
        return Hint(f"{odd[0]!r} is none of the causes: {', '.join(CAUSES)}.")
    why = {
        "flaky": "Nothing was changed between the two runs, and they differ.",
        "clash": "Neither the mainline without it nor the commit alone is red: what is left?",
        "own fault": "It is red wherever it is, and the mainline without it is not.",
        "earlier": "Look at the mainline without it.",
    }
    for stop in stopped().stops:
        name = stop.change.name
        if answer[name] != right[name]:
            return Hint(f"{name} was not stopped by {CAUSES[answer[name]]}. {why[right[name]]}")
    return None


def _batch(answer: Any) -> Hint | None:
    if not isinstance(answer, list | tuple) or not all(isinstance(one, Change) for one in answer):
        return Hint('Give a list of changes, as in `[Change("c1"), Change("c2", "test")]`.')
    names = {one.name for one in answer}
    if len(answer) > 16 or len(names) < len(answer):
        return Hint("At most 16 changes will do, each with a name of its own.")
    if not green(hopeful(answer)):
        return None
    merged = queued(answer, max(1, len(answer))).final.mainline
    did = f"It merges {', '.join(one.name for one in hopeful(answer)) or 'nothing'}, and that is green"
    if not any(one.clashes & names for one in answer):
        return Hint(f"{did}, as with the right queue ({len(merged)} merged). What can make a sum red, but a fault?")
    return Hint(f"{did}: of two changes that clash, one has a fault of its own and is sent back for that.")


EXERCISES = (
    Exercise("ch13-artifacts", "ch13-trace-commit",
             'a dictionary with the changes in "mainline", on "staging" and that "users" have, as lists', _artifacts),
    Exercise("ch13-start-times", "ch13-write-pipeline",
             'a dictionary with the minutes at which `deploy` starts with "enough", "two" and "one" runners', _starts),
    Exercise("ch13-pipeline", "ch13-write-pipeline",
             "the text of a Jenkinsfile or of a workflow", written),
    Exercise("ch13-causes", "ch13-diagnose-stop",
             'a dictionary with the cause of each stop: "flaky", "own fault", "clash" or "earlier"', _causes),
    Exercise("ch13-bug-hunt", "ch13-diagnose-stop",
             "a list of `Change`s that the wrong queue merges into a mainline that is red", _batch),
    Exercise("ch13-four-measures", "ch13-compute-measures",
             'a dictionary with "lead" and "recovery" in hours, "frequency" a day, and "fail" as a share', measured),
    Exercise("ch13-bottleneck", "ch13-predict-bottleneck",
             "a set of the two controls whose change shortens the lead time most", widened),
    Exercise("ch13-releases", "ch13-choose-release",
             "a dictionary with a strategy for each service", released_by),
)  # fmt: skip
