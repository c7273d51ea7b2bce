"""What may go wrong on a machine: a killed container, one that hangs, a full disk, a power cut."""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.node.container import Container, killed
from vlearn.sim.kubernetes.node.machine import Machine, Sandbox, disk_used, restarted

LOST = 255
"""The exit code that the runtime reports where it has not seen the end."""


def kill_container(machine: Machine, uid: str, name: str, reason: str = "Error") -> Machine:
    """SIGKILL to a container's process, by somebody on the machine. Raises ModelError where it does not run."""
    sandbox, container = _running(machine, uid, name)
    return _with_container(machine, sandbox, killed(container, machine.now, reason))


def make_unwell(machine: Machine, uid: str, name: str) -> Machine:
    """From now on the program answers with errors, or not at all, until it is started again. Raises ModelError."""
    sandbox, container = _running(machine, uid, name)
    program = replace(container.program, unwell=machine.now - container.started)
    probes = {
        key: known._replace(next=min(known.next, machine.now)) if key[0] == name else known
        for key, known in sandbox.mind.probes.items()
    }
    sandbox = replace(sandbox, mind=replace(sandbox.mind, probes=probes))
    return _with_container(machine, sandbox, replace(container, program=program))


def fill_disk(machine: Machine, free: int = 0) -> Machine:
    """Somebody's files leave so many bytes free. Raises ModelError where the disk is too small, or fuller already."""
    filled = machine.disk - free - (disk_used(machine) - machine.filled)
    if free < 0 or filled < machine.filled:
        left = machine.disk - disk_used(machine)
        raise ModelError(f"{machine.node} has {left} bytes free; files can leave 0 to {left} of them, not {free}")
    return replace(machine, filled=filled)


def reboot(machine: Machine) -> Machine:
    """Power off and on: every container has been killed; images and pods are still there, and the kubelet starts."""
    for sandbox in machine.sandboxes.values():
        ended = {name: killed(each, machine.now, "Unknown", LOST) for name, each in sandbox.containers.items()}
        machine = machine.with_sandbox(replace(sandbox, containers=ended), machine.now)
    return restarted(machine)


def _running(machine: Machine, uid: str, name: str) -> tuple[Sandbox, Container]:
    sandbox = machine.sandboxes.get(uid)
    found = sandbox.containers.get(name) if sandbox is not None else None
    if sandbox is None or found is None or not found.runs(machine.now):
        raise ModelError(f"no container {name!r} of a pod with uid {uid!r} runs on {machine.node}")
    return sandbox, found


def _with_container(machine: Machine, sandbox: Sandbox, container: Container) -> Machine:
    containers = {**sandbox.containers, container.name: container}
    return machine.with_sandbox(replace(sandbox, containers=containers), machine.now)
