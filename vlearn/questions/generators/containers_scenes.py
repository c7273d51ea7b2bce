"""Machines to ask about: a booted kernel, its processes named, and calls made one after another."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from vlearn.sim.containers import Answer, Call, Kernel, boot, operate
from vlearn.sim.containers.namespaces import PidNamespace
from vlearn.sim.containers.references import put_namespace


@cache
def booted(shared: bool = False) -> Kernel:
    """A machine that has just started."""
    return boot(shared=shared)


def counting_from(kernel: Kernel, last: int) -> Kernel:
    """The same machine after so many pids have been used: the next process gets the next number."""
    first = kernel.namespace(kernel.first("pid"), PidNamespace)
    return put_namespace(kernel, replace(first, last=last))


def running(kernel: Kernel, programs: dict[int, str]) -> Kernel:
    """The same machine, its processes running programs of these names."""
    named = {pid: replace(kernel.process(pid), executable=f"/usr/bin/{name}") for pid, name in programs.items()}
    return replace(kernel, processes=kernel.processes.update(named))


def answered(kernel: Kernel, call: Call) -> tuple[Kernel, Answer]:
    """The kernel after a call, and the call's answer."""
    *_, last = operate(kernel, call)
    assert isinstance(last.event, Answer)
    return last.state, last.event


def made(kernel: Kernel, calls: Iterable[Call]) -> Kernel:
    """The kernel after calls that must go well. Raises ValueError with the reason of the first that does not."""
    for call in calls:
        kernel, answer = answered(kernel, call)
        if answer.errno:
            raise ValueError(f"{call} is refused: {answer.text}")
    return kernel
