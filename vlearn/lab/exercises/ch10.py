"""The exercises of chapter 10. Every check runs the kernel: on the student's pids, calls, shares or allocations."""

from collections.abc import Iterable
from typing import Any

from vlearn.lab.exercise import Exercise, Hint
from vlearn.lab.exercises.ch10_machines import jail, nested
from vlearn.questions.generators.containers_shares import Share, poured
from vlearn.sim.containers import Call, operate
from vlearn.sim.containers.calls import Chroot
from vlearn.sim.containers.cgroups.layout import MIB, grouped
from vlearn.sim.containers.cgroups.memory import Allocate, use_memory
from vlearn.sim.containers.cgroups.state import Cgroups
from vlearn.trace import Step, Trace, run

LIMIT = 100
"""MiB that the group of the bug hunt may have."""


def _pids(answer: Any) -> Hint | None:
    if not isinstance(answer, list | tuple) or not all(isinstance(one, tuple) for one in answer):
        return Hint(
            "Give a list of tuples, one for each process in the order of their making, such as `[(1,), (2, 1)]`."
        )
    kernel = nested().final
    right = [kernel.process(pid).numbers[::-1] for pid in sorted(kernel.processes)][1:]
    if list(answer) == right:
        return None
    if len(answer) != len(right):
        return Hint(f"Five processes were made, so five tuples; these are {len(answer)}.")
    if list(answer) == [one[::-1] for one in right]:
        return Hint("Those are the right numbers, the innermost first. Begin with the host's.")
    for place, (said, true) in enumerate(zip(answer, right, strict=True), 1):
        if said == true:
            continue
        if len(said) < len(true):
            return Hint(
                f"Process {place} of the list is seen by more namespaces than that: each one around its own, too."
            )
        if len(said) > len(true):
            return Hint(f"Process {place} of the list is not seen by that many: only by its own and those around it.")
        if said[0] != true[0]:
            return Hint(f"The host counts every process, one after another. Which number has process {place} there?")
        return Hint(f"Process {place} is right on the host. Each namespace within counts for itself, from 1.")
    return None


def _escape(answer: Any) -> Hint | None:
    calls = list(answer) if isinstance(answer, Iterable) and not isinstance(answer, str) else None
    if calls is None or not all(isinstance(call, Call) for call in calls):
        return Hint('Give a list of calls, such as `[Mkdir(2, "/x"), Chdir(2, "/x")]`.')
    if any(call.pid != 2 for call in calls):
        return Hint("The prisoner is process 2; all calls are its own.")
    kernel = jail()
    for n, call in enumerate(calls, 1):
        *_, last = operate(kernel, call)
        kernel = last.state
        if errno := getattr(last.event, "errno", ""):
            return Hint(f"Call {n}, `{call}`, fails with {errno}.")
    process, init = kernel.process(2), kernel.process(1)
    if process.root == init.root:
        return None
    if process.directory == init.root:
        return Hint("The working directory is the host's root. One call is missing to make it the root, too.")
    if any(isinstance(call, Chroot) for call in calls):
        return Hint(
            "The working directory is still below the process's own root, and `..` ends there. `chroot` moves the root"
            " alone: what if the working directory stays where it is, and the new root is further down?"
        )
    return Hint("The root has not moved. Which call moves it?")


GROUPS = (Share("web", 300, None, 2), Share("db", 100, None, 1), Share("batch", 100, 20_000, 4))
"""The groups of the exercise on shares, on two processors."""


def _shares(answer: Any) -> Hint | None:
    if not isinstance(answer, dict) or set(answer) != {one.name for one in GROUPS}:
        return Hint('Give milliseconds by name: `{"web": ..., "db": ..., "batch": ...}`.')
    right = {name: float(part * 1000) for name, part in poured(GROUPS, 2).items()}
    if all(isinstance(said, int | float) and abs(said - right[name]) <= 10 for name, said in answer.items()):
        return None
    total = sum(one.weight for one in GROUPS)
    if all(abs(answer[one.name] - 2000 * one.weight / total) <= 10 for one in GROUPS):
        return Hint("That is by weight alone. Who cannot use that much, and who gets what is left?")
    if answer["batch"] > right["batch"] + 10:
        return Hint("The quota of `batch` is for all its processes together, on whichever processors they run.")
    if abs(sum(answer.values()) - 2000) > 30:
        return Hint("There is work for both processors all the time: 2000 ms are given in a second.")
    if answer["db"] > 1000:
        return Hint("One process can use one processor.")
    return Hint("Give `batch` its quota first. What is left is shared by `web` and `db`, three parts to one.")


def killer_of_the_asker(allocations: Iterable[tuple[str, int]], limit: int = LIMIT) -> tuple[str, ...]:
    """A wrong model, to be found out: who asks for more than is left is killed. Returns who dies, in order."""
    held: dict[str, int] = {}
    dead: list[str] = []
    for name, size in allocations:
        if name in dead:
            continue
        if sum(held.values()) + size > limit:
            held.pop(name, None)
            dead.append(name)
        else:
            held[name] = held.get(name, 0) + size
    return tuple(dead)


NAMES = "abcd"


def in_a_group(allocations: Iterable[tuple[str, int]]) -> Trace[Cgroups]:
    """The kernel's run: processes a to d (pids 20 to 23) in a group of 100 MiB; who is dead allocates no more."""
    cgroups = grouped({"/box": tuple(range(20, 24))}, {"/box/memory.max": f"{LIMIT}M"})
    start, steps = cgroups, list[Step[Cgroups]]()
    for name, size in allocations:
        pid = 20 + NAMES.index(name)
        if pid not in cgroups.zombies:
            steps += run(use_memory, cgroups, [Allocate(pid, size * MIB)]).steps
            cgroups = steps[-1].state
    return Trace(start, tuple(steps))


def _bug_hunt(answer: Any) -> Hint | None:
    shape = 'Give pairs of a name from a to d and whole MiB, such as `[("a", 60), ("b", 30)]`.'
    if not isinstance(answer, list | tuple):
        return Hint(shape)
    for one in answer:
        if not (isinstance(one, tuple) and len(one) == 2 and one[0] in tuple(NAMES) and isinstance(one[1], int)):
            return Hint(shape)
        if not 0 < one[1] <= 1000:
            return Hint("Each process allocates 1 to 1000 MiB at a time.")
    said = killer_of_the_asker(answer)
    killed = tuple(NAMES[pid - 20] for pid in in_a_group(answer).final.killed)
    if said != killed:
        return None
    if not killed:
        return Hint(f"Nobody dies, and both say so. The group may have {LIMIT} MiB: ask for more.")
    return Hint(f"Both say that {', '.join(killed)} dies: who asked had most memory as well. Let a small one ask.")


EXERCISES = (
    Exercise("ch10-numbers", "ch10-predict-visibility",
             "a list of tuples: for each of the five processes its pids, the host's first", _pids),
    Exercise("ch10-escape", "ch10-explain-pivot-root",
             "a list of calls by process 2 after which its root is the host's", _escape),
    Exercise("ch10-shares", "ch10-compute-shares",
             "milliseconds of processor time in a second, by the name of the group", _shares),
    Exercise("ch10-bug-hunt", "ch10-diagnose-kill",
             "a list of pairs (name, MiB) for which the wrong model kills somebody else than the kernel", _bug_hunt),
)  # fmt: skip
