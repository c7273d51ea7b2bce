"""Where processes may be, what fork and exit do, and what a freeze, a kill and pids.max do."""

from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import integers, sampled_from

from tests.sim.containers.cgroups.test_files import errno
from tests.sim.containers.cgroups.trees import machine
from vlearn.errors import ModelError
from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.access import make_group, read, remove_group, write
from vlearn.sim.containers.cgroups.processes import exit, fork, reap
from vlearn.sim.containers.cgroups.state import Cgroups


def test_a_group_with_processes_hands_no_memory_down():
    cgroups = machine({"/web": (20,)})
    assert errno(write, cgroups, "/web/cgroup.subtree_control", "+memory") == "EBUSY"


def test_a_group_that_hands_memory_down_takes_no_process():
    cgroups = machine({"/web": (), "/web/a": (), "/db": (20,)})
    assert errno(write, cgroups, "/web/cgroup.procs", "20") == "EBUSY"


def test_the_root_may_do_both():
    cgroups = machine({"/web": (20,)})
    assert read(cgroups, "/cgroup.procs") == "1\n"


def test_threaded_controllers_make_a_group_with_processes_a_domain_of_threads():
    cgroups = write(machine({"/web": (20,)}), "/web/cgroup.subtree_control", "+pids")
    cgroups = make_group(cgroups, "/web/a")
    assert read(cgroups, "/web/cgroup.type") == "domain threaded\n"
    assert read(cgroups, "/web/a/cgroup.type") == "domain invalid\n"
    assert errno(write, cgroups, "/web/a/cgroup.procs", "20") == "EOPNOTSUPP"


def test_a_controller_is_handed_down_from_parent_to_child_only():
    cgroups = machine({"/a": (), "/a/b": ()})
    cgroups = make_group(cgroups, "/c")
    cgroups = write(cgroups, "/a/b/cgroup.subtree_control", "+memory")
    assert errno(write, cgroups, "/a/cgroup.subtree_control", "-memory") == "EBUSY"
    assert errno(write, make_group(cgroups, "/c/d"), "/c/d/cgroup.subtree_control", "+cpu") == "ENOENT"


def test_a_group_with_processes_or_groups_cannot_be_removed():
    cgroups = machine({"/a": (), "/a/b": (20,)})
    assert errno(remove_group, cgroups, "/a/b") == "EBUSY"
    assert errno(remove_group, exit(cgroups, 20), "/a") == "EBUSY"
    assert errno(remove_group, cgroups, "/") == "EBUSY"
    assert errno(remove_group, cgroups, "/none") == "ENOENT"
    gone = remove_group(exit(cgroups, 20), "/a/b")
    assert errno(read, gone, "/a/b/cgroup.procs") == "ENOENT"


def test_a_child_is_where_its_parent_is():
    cgroups, refused = fork(machine({"/web": (20,)}), 20, 21)
    assert not refused
    assert read(cgroups, "/web/cgroup.procs") == "20\n21\n"


def test_fork_fails_where_pids_max_is_reached_and_the_failure_is_counted():
    cgroups = write(machine({"/a": (), "/a/b": (20,)}), "/a/pids.max", "2")
    cgroups, first = fork(cgroups, 20, 21)
    cgroups, second = fork(cgroups, 20, 22)
    assert (first, second) == ("", "EAGAIN")
    assert read(cgroups, "/a/pids.events") == "max 1\n"
    assert read(cgroups, "/a/b/pids.events") == "max 0\n"
    assert read(cgroups, "/a/pids.peak") == "2\n"


def test_a_zombie_counts_until_it_is_waited_for_but_is_not_shown():
    cgroups = exit(machine({"/web": (20,)}), 20)
    assert read(cgroups, "/web/pids.current") == "1\n"
    assert read(cgroups, "/web/cgroup.procs") == ""
    assert read(cgroups, "/web/cgroup.events").startswith("populated 0")
    assert read(reap(cgroups, 20), "/web/pids.current") == "0\n"


def test_a_move_into_a_full_group_succeeds():
    cgroups = write(machine({"/a": (20,), "/b": (21,)}), "/a/pids.max", "1")
    cgroups = write(cgroups, "/a/cgroup.procs", "21")
    assert read(cgroups, "/a/pids.current") == "2\n"


def test_a_freeze_holds_the_groups_below_too():
    cgroups = write(machine({"/a": (), "/a/b": (20,)}), "/a/cgroup.freeze", "1")
    assert read(cgroups, "/a/b/cgroup.events") == "populated 1\nfrozen 1\n"
    assert read(cgroups, "/a/b/cgroup.freeze") == "0\n"


def test_cgroup_kill_kills_all_below():
    cgroups = write(machine({"/a": (), "/a/b": (20, 21), "/c": (22,)}), "/a/cgroup.kill", "1")
    assert cgroups.killed == (20, 21)
    assert read(cgroups, "/a/cgroup.events").startswith("populated 0")


def test_a_process_that_is_not_there_cannot_fork():
    with pytest.raises(ModelError, match="no process 99"):
        fork(machine({}), 99, 100)


PLACES = ("", "/a", "/a/b", "/c")


class Tree(RuleBasedStateMachine):
    """Forks, moves, exits and removals in any order."""

    def __init__(self):
        super().__init__()
        self.cgroups: Cgroups = machine({"/a": (), "/a/b": (20,), "/c": (21,)})
        self.alive = {1, 20, 21}
        self.next = 100

    @rule(parent=integers(0, 9))
    def fork(self, parent):
        source = sorted(self.alive)[parent % len(self.alive)]
        self.cgroups, refused = fork(self.cgroups, source, self.next)
        self.alive |= set() if refused else {self.next}
        self.next += 1

    @rule(which=integers(0, 9), place=sampled_from(PLACES))
    def move(self, which, place):
        pid = sorted(self.alive)[which % len(self.alive)]
        self.attempt(write, f"{place}/cgroup.procs", str(pid))

    @rule(which=integers(0, 9))
    def leave(self, which):
        pid = sorted(self.alive)[which % len(self.alive)]
        if pid != 1:
            self.cgroups = reap(self.cgroups, pid)
            self.alive -= {pid}

    @rule(place=sampled_from(PLACES), text=sampled_from(("+memory", "-memory", "+cpu", "-cpu -pids")))
    def control(self, place, text):
        self.attempt(write, f"{place}/cgroup.subtree_control", text)

    @rule(place=sampled_from(PLACES))
    def remove(self, place):
        self.attempt(remove_group, place)

    @rule(place=sampled_from(PLACES))
    def make(self, place):
        self.attempt(make_group, place)

    def attempt(self, action, *arguments):
        with suppress(Refusal):
            self.cgroups = action(self.cgroups, *arguments)

    @invariant()
    def every_process_is_in_exactly_one_group(self):
        tree = self.cgroups.hierarchies[""]
        shown = [
            int(pid) for path in tree.groups for pid in read(self.cgroups, f"{'/'.join(path)}/cgroup.procs").split()
        ]
        assert sorted(shown) == sorted(self.alive)

    @invariant()
    def only_the_root_has_processes_beside_groups_with_domain_controllers(self):
        tree = self.cgroups.hierarchies[""]
        for path, group in tree.groups.items():
            assert not (path and "memory" in group.enabled and tree.processes(path))


TestTree = Tree.TestCase
TestTree.settings = settings(deadline=None, max_examples=25, stateful_step_count=25)
