"""Chapter 10's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch10 import GROUPS, in_a_group, killer_of_the_asker
from vlearn.lab.exercises.ch10_machines import broken, contained, jail, nested, propagated
from vlearn.lab.exercises.ch10_predictions import PREDICTIONS
from vlearn.questions.generators.containers_shares import poured
from vlearn.sim.containers import Host, calls, operate
from vlearn.sim.containers.calls import Chdir, Chroot, Fork, Mkdir
from vlearn.sim.containers.cgroups.layout import grouped
from vlearn.sim.containers.cgroups.processors import Compute, Pass, Processors
from vlearn.sim.containers.cgroups.schedule import use_processors
from vlearn.trace import run

OUT = [Mkdir(2, "/x"), Chroot(2, "/x"), Chdir(2, "../.."), Chroot(2, ".")]
PIDS = [(2, 1), (3, 2), (4,), (5, 3, 1), (6, 4, 2)]

RIGHT = [
    ("ch10-numbers", PIDS),
    ("ch10-escape", OUT),
    ("ch10-shares", {"web": 1350, "db": 450, "batch": 200}),
    ("ch10-bug-hunt", [("a", 80), ("b", 30)]),
    ("ch10-bug-hunt", [("a", 60), ("b", 30), ("c", 20), ("d", 50)]),
]
WRONG = [
    ("ch10-numbers", [one[::-1] for one in PIDS], "innermost first"),
    ("ch10-numbers", [(2,), (3,), (4,), (5,), (6,)], "seen by more"),
    ("ch10-numbers", [(2, 1), (3, 2), (4, 3), (5, 3, 1), (6, 4, 2)], "not seen by that many"),
    ("ch10-numbers", [(1, 1), (3, 2), (4,), (5, 3, 1), (6, 4, 2)], "counts every process"),
    ("ch10-numbers", [(2, 1), (3, 2), (4,), (5, 1, 1), (6, 2, 2)], "counts for itself"),
    ("ch10-numbers", PIDS[:4], "five tuples"),
    ("ch10-numbers", 5, "Give a list of tuples"),
    ("ch10-escape", OUT[:3], "One call is missing"),
    ("ch10-escape", [Chdir(2, "..")], "The root has not moved"),
    ("ch10-escape", [Mkdir(2, "/x"), Chdir(2, "/x"), Chroot(2, "/x"), Chdir(2, "..")], "chroot moves the root alone"),
    ("ch10-escape", [Chroot(2, "/nowhere")], "ENOENT"),
    ("ch10-escape", [Fork(1)], "all calls are its own"),
    ("ch10-escape", "chroot ..", "list of calls"),
    ("ch10-shares", {"web": 1200, "db": 400, "batch": 400}, "by weight alone"),
    ("ch10-shares", {"web": 1000, "db": 600, "batch": 400}, "for all its processes together"),
    ("ch10-shares", {"web": 1000, "db": 500, "batch": 200}, "2000 ms are given"),
    ("ch10-shares", {"web": 700, "db": 1100, "batch": 200}, "One process can use one"),
    ("ch10-shares", {"web": 900, "db": 900, "batch": 200}, "three parts to one"),
    ("ch10-shares", [1, 2, 3], "by name"),
    ("ch10-shares", {"web": "a", "db": 1, "batch": 2}, "TypeError"),
    ("ch10-bug-hunt", [("a", 50), ("b", 50)], "Nobody dies"),
    ("ch10-bug-hunt", [("a", 20), ("b", 90)], "Let a small one ask"),
    ("ch10-bug-hunt", [("e", 20)], "a to d"),
    ("ch10-bug-hunt", [("a", 2000)], "1 to 1000"),
    ("ch10-bug-hunt", "a", "Give pairs"),
]


def test_the_shares_of_the_exercise_are_those_of_the_scheduler():
    members = {f"/{one.name}": tuple(range(20 + 10 * n, 20 + 10 * n + one.busy)) for n, one in enumerate(GROUPS)}
    files = {f"/{one.name}/cpu.weight": str(one.weight) for one in GROUPS} | {"/batch/cpu.max": "20000 100000"}
    busy = [Compute(pid) for pids in members.values() for pid in pids]
    end = run(use_processors, Processors(grouped(members, files, 2)), [*busy, Pass(1_000_000)]).final
    expected = poured(GROUPS, 2)
    assert all(abs(end.used((one.name,)) / 1e6 - expected[one.name]) < 0.01 for one in GROUPS)


def test_the_wrong_model_is_right_where_the_asker_is_the_largest():
    asks = [("a", 20), ("b", 70), ("b", 30)]
    assert killer_of_the_asker(asks) == ("b",)
    assert in_a_group(asks).final.killed == (21,)


BOX = contained()
FORKED = run(operate, BOX.kernel, [calls.Fork(3)])
HOST = Host.boot()
USER = HOST.spawn(1, "sh")
HOST.set_uids(USER, 1000)
RENAMES = [calls.Unshare(USER, ("CLONE_NEWUSER",)), calls.SetHostname(USER, "box")]
HALF = Processors(grouped({"/box": (20,)}, {"/box/cpu.max": "50000 100000"}))
RUNS = {
    "ch10-next-child": (FORKED, 0, "which is pid 2"),
    "ch10-signal-to-first": (run(operate, FORKED.final, [calls.Kill(4, 1, "SIGTERM")]), 0, "is spared"),
    "ch10-root-inside": (run(operate, HOST.kernel, RENAMES), -1, "EPERM"),
    "ch10-quota-gone": (run(use_processors, HALF, [Compute(20), Pass(250_000)]), 2, "waits until 100000"),
}


@pytest.mark.parametrize("id", RUNS)
def test_a_prediction_about_a_run_has_its_event_and_no_choice_is_that(id):
    trace, at, words = RUNS[id]
    assert words in trace.steps[at].event.text
    assert trace.steps[at].event.text not in PREDICTIONS[id].choices


def test_wrong_choices_of_the_quota_are_events_of_the_run():
    trace, _, _ = RUNS["ch10-quota-gone"]
    said = {step.event.text for step in trace.steps}
    assert PREDICTIONS["ch10-quota-gone"].choices.keys() - said == {"50000 to 100000 µs: cpu 0 runs 20"}


def test_plain_predictions_answer_as_the_model_does():
    silent = broken("default of server")
    assert "deliver" in silent.kinds
    assert silent.steps[-1].event.errno == "ETIMEDOUT"
    host = Host.boot()
    child = host.clone(1, "CLONE_NEWNS")
    host.mount(child, "none", "/", "", "REC", "PRIVATE")
    host.mount(1, "disk", "/mnt", "tmpfs")
    assert "/mnt" not in [point for _, point in host.mounts(child)]
    full = in_a_group([("a", 70), ("b", 20), ("c", 20)])
    assert (full.final.killed, full.steps[-1].event.errno) == ((20,), "")
    assert "20 is killed, and 22" in PREDICTIONS["ch10-whom"].answer


def test_the_container_sees_its_own_root_and_name_and_no_process_of_the_host():
    assert BOX.list(3, "/") == ("etc", "old", "proc", "usr")
    assert {name for name in BOX.list(3, "/proc") if name.isdigit()} == {"1"}
    assert BOX.read_file(3, "/proc/sys/kernel/hostname") == b"box\n"
    assert BOX.read_file(1, "/proc/sys/kernel/hostname") == b"host\n"
    assert BOX.list(3, "/old") == ()


def test_the_jail_is_a_real_one_and_the_players_show_what_the_prose_says():
    assert jail().process(2).root != jail().process(1).root
    assert propagated().kinds.count("propagated") == 1
    assert len(nested().final.processes) == 6
