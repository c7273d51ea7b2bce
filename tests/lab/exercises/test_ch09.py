"""Chapter 9's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import numpy as np
import pytest

from vlearn.lab.exercises.ch09 import CASES
from vlearn.lab.exercises.ch09_machines import READER, ROUNDS, SMALL, careless, migrated
from vlearn.lab.exercises.ch09_predictions import PREDICTIONS
from vlearn.sim.migration import (
    IDLE,
    PAGE,
    Failure,
    Migrate,
    PostCopy,
    PreCopy,
    Recorded,
    Sequential,
    VirtualMachine,
    before,
    estimate,
    migrate,
    plain,
    transfer,
)
from vlearn.sim.migration.published import reproduce
from vlearn.trace import run


def pause(memory, writes, bandwidth, working_set, limit, capped=True, stops=True, divides=True):
    sent = memory
    for _ in range(100):
        left = writes * sent / bandwidth
        if capped:
            left = min(left, working_set)
        if left <= bandwidth * limit or (stops and left >= sent):
            break
        sent = left
    return left / bandwidth if divides else left


def guest(*writers):
    return VirtualMachine(16 * PAGE, writers)


EARLY = Recorded(np.array([0.02]), np.array([15]))
COMMIT = migrated().kinds.index("commit") + 1

RIGHT = [
    ("ch09-downtime", 200),
    ("ch09-turning-point", COMMIT - 1),
    ("ch09-pause", pause),
    ("ch09-bug-hunt", guest(EARLY)),
    ("ch09-bug-hunt", guest(Recorded(np.array([0.02, 0.1]), np.array([9, 3])))),
]
WRONG = [
    ("ch09-downtime", 0.2, "in seconds"),
    ("ch09-downtime", 128, "memory that is left"),
    ("ch09-downtime", 140, "start the machine"),
    ("ch09-downtime", 188, "state of processors"),
    ("ch09-downtime", 20_040, "whole migration"),
    ("ch09-downtime", 712, "one more round"),
    ("ch09-downtime", 97.6, "one round earlier"),
    ("ch09-downtime", 232, "most that may be left"),
    ("ch09-downtime", 5, "250 MB/s"),
    ("ch09-downtime", np.int64(128), "memory that is left"),
    ("ch09-downtime", "200 ms", "number of milliseconds"),
    ("ch09-turning-point", COMMIT, "given up its right"),
    ("ch09-turning-point", migrated().kinds.index("pause") + 1, "A pause alone loses nothing"),
    ("ch09-turning-point", 0, "nothing yet"),
    ("ch09-turning-point", COMMIT - 2, "What must it do"),
    ("ch09-turning-point", 99, "This run has"),
    ("ch09-turning-point", 2.5, "whole number"),
    ("ch09-pause", lambda *given: pause(*given, capped=False), "working set"),
    ("ch09-pause", lambda *given: pause(*given, divides=False), "How long do they take"),
    ("ch09-pause", lambda memory, writes, bandwidth, *_: writes * memory / bandwidth / bandwidth, "first round"),
    ("ch09-pause", lambda *_: 0.128, "no less than the one before"),
    ("ch09-pause", lambda *_: None, "returns NoneType"),
    ("ch09-pause", 0.5, "without calling"),
    ("ch09-pause", lambda memory: memory, "TypeError"),
    ("ch09-bug-hunt", guest(IDLE), "No page is skipped"),
    ("ch09-bug-hunt", guest(Sequential(PAGE, 40 * PAGE)), "No page is skipped"),
    ("ch09-bug-hunt", guest(Sequential(8 * PAGE, 40 * PAGE)), "once more after its turn"),
    ("ch09-bug-hunt", VirtualMachine(257 * PAGE), "at most 256"),
    ("ch09-bug-hunt", EARLY, "Give a machine"),
]


def test_what_the_careless_model_spoils_the_right_one_does_not():
    for id, machine in RIGHT:
        if id == "ch09-bug-hunt":
            assert careless(machine, SMALL.link)
            assert transfer(machine, SMALL.link, PreCopy(plain(rounds=3))).identical


def test_the_careless_model_loses_nothing_of_hot_pages():
    assert careless(guest(Sequential(8 * PAGE, 40 * PAGE)), SMALL.link) == frozenset()


def test_the_cases_of_the_function_tell_its_slips_apart():
    endings = {estimate(m, w, b, working_set=s, downtime_limit=limit).converges for m, w, b, s, limit in CASES}
    assert endings == {True, False}


FOLLOWED = run(migrate, before(READER, SMALL.link), [Migrate(PostCopy())])
RUNS = {
    "ch09-after-state": (migrated(), migrated().kinds.index("send-state") + 1),
    "ch09-first-slot": (FOLLOWED, FOLLOWED.kinds.index("fault") + 1),
}


@pytest.mark.parametrize("id", RUNS)
def test_wrong_choices_about_a_run_are_worded_as_its_events_are(id):
    trace, at = RUNS[id]
    events = {step.event.text for step in trace.steps}
    choices = PREDICTIONS[id].choices.keys()
    assert len(events & choices) >= 2
    assert trace.steps[at].event.text not in choices


def test_what_might_follow_a_crash_is_worded_as_what_follows_others():
    failures = [
        (ROUNDS, Failure("destination", 20)),
        (ROUNDS, Failure("source", COMMIT + 1)),
        (PostCopy(), Failure("link", 14)),
    ]
    said = {run(migrate, SMALL, [Migrate(*failure)]).steps[-1].event.text for failure in failures}
    assert said == PREDICTIONS["ch09-destination-crash"].choices.keys()
    crash = run(migrate, SMALL, [Migrate(PostCopy(), Failure("destination", 18))])
    assert crash.final.ending == "lost"
    assert crash.steps[-3].state.pages == 7


def test_plain_predictions_answer_as_the_model_does():
    hot = estimate(4e9, 500e6, 125e6, working_set=250e6, rounds=10)
    assert PREDICTIONS["ch09-hot-buffer"].answer == f"{hot.left / 1e6:g} MB"
    even = estimate(2e9, 100e6, 100e6)
    assert even.left == even.rounds[0]
    first = reproduce("MMuncher", skips=False).rounds[0].sent_bytes
    assert PREDICTIONS["ch09-without-skips"].answer == f"{first >> 20} MB"
