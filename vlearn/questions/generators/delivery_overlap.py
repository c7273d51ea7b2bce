"""A question whose key is what becomes of runs that would overlap, if pushes come faster than runs end."""

from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.delivery_scenes import NEVER
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.sim.delivery.concurrency import admit

HEADER = ("Push", "At minute", "Run begins at", "Run ends at")
MINUTES = (8, 9, 10, 12, 15)


def overlapping_runs(rng: Random) -> Posed:
    """When does the run of each push begin and end, in a concurrency group?"""
    while True:
        minutes, cancels = rng.choice(MINUTES), rng.random() < 0.5
        gaps = [rng.choice((1, 2, 3, 4, 5, 7, 11, 16)) for _ in range(5)]
        moments = [sum(gaps[:n]) for n in range(6)]
        pushes = [(f"push {n}", float(moment)) for n, moment in enumerate(moments, 1)]
        found = admit(pushes, minutes, cancels)
        ends = {one.ended for one in found if one.fate == "finished"}
        fates = {one.fate for one in found}
        if len(fates) == 2 and not ends & {float(moment) for moment in moments}:
            break
    rows = [
        (
            one.name,
            f"{one.pushed:g}",
            NEVER if one.began is None else f"{one.began:g}",
            f"{one.ended:g}" if one.fate == "finished" else "cancelled",
        )
        for one in found
    ]
    source = f"on: push\nconcurrency:\n  group: deploy\n  cancel-in-progress: {str(cancels).lower()}"
    prompt = (
        Text(
            f"A workflow begins with these lines, and each run of it takes {minutes} minutes. Six pushes come to one"
            " branch. A runner is always free, and starting or cancelling a run takes no time. When does the run of"
            f" each begin, and when does it end? Write minutes; `{NEVER}` for a run that never begins, and `cancelled`"
            " for the end of a run that is not finished."
        ),
        Code(source, "yaml"),
    )
    solution = Text(
        "Runs of one group do not overlap. With `cancel-in-progress: true`, a newer push ends the run that goes on and"
        " begins at once. With `false`, which is the default, it waits, and takes the place of another that waits: one"
        " run goes on and one waits at most (unless `queue` lets more of them wait). In both cases the newest push is"
        " always built in the end."
    )
    return Posed(prompt, asked_below(HEADER, rows, *HEADER[2:]), (solution,))
