"""The exercises of chapter 9. Every check runs a model: on the student's number, function or machine."""

from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_number, is_whole
from vlearn.lab.exercises.ch09_machines import ROUNDS, SMALL, migrated, spoiled
from vlearn.sim.migration import Estimate, Failure, Migrate, VirtualMachine, estimate, migrate
from vlearn.trace import run

MB = 1e6
MEMORY, WRITES, BANDWIDTH, LEFT, STATE, RESUME = 4000 * MB, 50 * MB, 250 * MB, 40 * MB, 3 * MB, 0.060
"""The migration of the exercise about downtime: bytes, bytes a second, seconds."""


def _downtime(answer: Any) -> Hint | None:
    if not is_number(answer):
        return Hint("The answer is a number of milliseconds, such as `250`.")
    found = estimate(MEMORY, WRITES, BANDWIDTH, downtime_limit=LEFT / BANDWIDTH)
    right = _pause(found)
    if abs(answer - right) < 1:
        return None
    early = estimate(MEMORY, WRITES, BANDWIDTH, downtime_limit=0, rounds=len(found.rounds) - 1)
    late = estimate(MEMORY, WRITES, BANDWIDTH, downtime_limit=0, rounds=len(found.rounds) + 1)
    slips = {
        right / 1000: "That is in seconds. Milliseconds were asked for.",
        found.downtime * 1000: "That is the memory that is left. What else has to happen before the machine runs?",
        right - RESUME * 1000: "All the data have come by then. The destination still has to start the machine.",
        right - STATE / BANDWIDTH * 1000: "The state of processors and devices is sent while nobody runs, too.",
        right + found.live * 1000: "That is the whole migration. During the rounds the machine runs.",
        _pause(early): "After that round, more is left than the stop rule allows: there is one more round.",
        _pause(late): "The stop rule holds one round earlier. It is looked at whenever a round ends.",
        LEFT / BANDWIDTH * 1000
        + STATE / BANDWIDTH * 1000
        + RESUME * 1000: "The threshold is the most that may be left. How much is it when the rule first holds?",
    }
    near = [words for value, words in slips.items() if abs(answer - value) < 0.01 * max(1.0, value)]
    told = "A round lasts what it sends / 250 MB/s, and leaves 50 MB for each of its seconds. Go on down to 40 MB."
    return Hint(near[0] if near else told)


def _pause(found: Estimate) -> float:
    return (found.downtime + STATE / BANDWIDTH + RESUME) * 1000


def _ending(moment: int) -> str:
    failed = run(migrate, SMALL, [Migrate(ROUNDS, Failure("destination", moment))])
    return failed.final.ending or failed.final.stage


def _last_moment(answer: Any) -> Hint | None:
    if not is_whole(answer):
        return Hint("The answer is a whole number: after how many steps the destination fails.")
    moved = migrated()
    if not 0 <= answer <= len(moved):
        return Hint(f"This run has {len(moved)} steps.")
    after = f"After step {answer} ({moved.kinds[answer - 1] if answer else 'nothing yet'}) the source can"
    if _ending(answer) != "at the source":
        return Hint(f"{after} no longer go on: it has given up its right to run the machine.")
    if _ending(answer + 1) == "at the source":
        early = answer <= moved.kinds.index("pause") + 1
        why = "A pause alone loses nothing." if early else "What must it do before it cannot?"
        return Hint(f"{after} go on, but it still can one step later. {why}")
    return None


CASES = (
    (4e9, 50e6, 250e6, 1e9, 0.16),
    (4e9, 400e6, 125e6, 250e6, 0.3),
    (2e9, 400e6, 125e6, 20e6, 0.3),
    (8e9, 100e6, 125e6, 2e9, 0.5),
    (1e9, 0.0, 125e6, 1e9, 0.1),
)
"""Memory, writes, bandwidth, working set, limit: it converges, it does not, a small set, slowly, at once."""


def _pause_function(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., pause)`, without calling it.")
    for memory, writes, bandwidth, working_set, limit in CASES:
        said = answer(memory, writes, bandwidth, working_set, limit)
        found = estimate(memory, writes, bandwidth, working_set=working_set, downtime_limit=limit)
        call = f"`pause({memory:g}, {writes:g}, {bandwidth:g}, {working_set:g}, {limit:g})`"
        if not is_number(said):
            return Hint(f"{call} returns {type(said).__name__}, not a number of seconds.")
        if abs(said - found.downtime) < 1e-6 + 1e-3 * found.downtime:
            continue
        uncapped = estimate(memory, writes, bandwidth, downtime_limit=limit).downtime
        if abs(said - found.left) < 1e-3 * found.left:
            why = "Those are the bytes that are left. How long do they take?"
        elif abs(said - uncapped) < 1e-3 * uncapped or said > memory / bandwidth:
            why = "No round leaves more than the working set, however long it lasts."
        elif found.converges:
            why = "Stop after the first round that leaves no more than bandwidth × limit."
        else:
            why = "Stop also when a round leaves no less than the one before: no later one would."
        return Hint(f"{call} is {said:g}; by the model the pause is {found.downtime:g} s. {why}")
    return None


def _bug_hunt(answer: Any) -> Hint | None:
    if not isinstance(answer, VirtualMachine):
        return Hint("Give a machine, as in `VirtualMachine(16 * PAGE, (Sequential(4 * PAGE, 10 * PAGE),))`.")
    if answer.pages > 256:
        return Hint("A small machine will do: at most 256 pages.")
    stale, skipped = spoiled(answer, SMALL.link)
    if stale:
        return None
    if not skipped:
        return Hint("No page is skipped here. Have the guest write to a page before its turn comes; page 0 is first.")
    return Hint(
        "Pages are skipped, but each is written to once more after its turn, so it is dirty again and comes in a later"
        " round. Write to a page before its turn, and then leave it alone."
    )


EXERCISES = (
    Exercise("ch09-downtime", "ch09-compute-rounds", "the downtime in milliseconds, a number", _downtime),
    Exercise("ch09-turning-point", "ch09-order-stages",
             "a whole number: the last step after which the destination may fail and the machine goes on at the source",
             _last_moment),
    Exercise("ch09-pause", "ch09-predict-convergence",
             "a function `pause(memory, writes, bandwidth, working_set, limit)` that returns seconds",
             _pause_function),
    Exercise("ch09-bug-hunt", "ch09-compute-rounds",
             "a `VirtualMachine` that the wrong model brings to the destination out of date", _bug_hunt),
)  # fmt: skip
