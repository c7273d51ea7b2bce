"""Sending signals: who may, and what a pid 1 is spared."""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import capable
from vlearn.sim.containers.calls import Kill, Sigaction
from vlearn.sim.containers.ending import Steps, end
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import PidNamespace
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_process
from vlearn.sim.containers.signals import DEFAULTS, SIGNALS, UNSTOPPABLE, Ended
from vlearn.trace import Event, Step


def sigaction(kernel: Kernel, caller: Process, call: Sigaction) -> Done:
    """sigaction(2)."""
    if call.signal not in SIGNALS or call.signal in UNSTOPPABLE or call.action not in ("default", "ignore", "handle"):
        raise Refusal("EINVAL", f"{call.signal} cannot be set to {call.action!r}")
    handled, ignored = caller.handled - {call.signal}, caller.ignored - {call.signal}
    if call.action == "handle":
        handled |= {call.signal}
    elif call.action == "ignore":
        ignored |= {call.signal}
    after = put_process(kernel, replace(caller, handled=handled, ignored=ignored))
    text = f"process {caller.pid} sets {call.signal} to {call.action}"
    return Done(after, text, None, (f"process[{caller.pid}]",))


def kill(kernel: Kernel, caller: Process, call: Kill) -> Done:
    """kill(2), to one process or to all (-1)."""
    if call.signal not in SIGNALS and call.signal != "0":
        raise Refusal("EINVAL", f"there is no signal {call.signal!r}")
    if call.target == 0 or call.target < -1:
        raise Refusal("EINVAL", "this kernel has no process groups")
    targets = _targets(kernel, caller, call.target)
    if not targets:
        raise Refusal("ESRCH", f"process {caller.pid} sees no process {call.target}")
    allowed = [target for target in targets if _may(kernel, caller, target)]
    if not allowed:
        raise Refusal("EPERM", f"process {caller.pid} may send no signal to process {targets[0].pid}")
    steps: Steps = ()
    for target in allowed:
        if call.signal != "0" and target.pid in kernel.processes:
            steps += deliver(kernel, caller, kernel.processes[target.pid], call.signal)
            kernel = steps[-1].state if steps else kernel
    names = ", ".join(str(target.pid) for target in allowed)
    return Done(kernel, f"process {caller.pid} sends {call.signal} to {names}", None, (), steps)


def deliver(kernel: Kernel, sender: Process | None, target: Process, signal: str) -> Steps:
    """What a signal does to a process. `sender` is None for the kernel itself, which nobody can resist."""
    touches = (f"process[{target.pid}]",)

    def step(kind: str, text: str, after: Kernel = kernel) -> Steps:
        return (Step(Event(kind, text, touches), after),)

    if target.is_zombie:
        return step("signal-ignored", f"process {target.pid} has ended already")
    if target.is_init and _is_spared(kernel, sender, target, signal):
        return step(
            "signal-ignored", f"pid 1 of its namespace is spared: {signal} does nothing to process {target.pid}"
        )
    if signal in target.handled:
        after = put_process(kernel, replace(target, pending=(*target.pending, signal)))
        return step("signal-handled", f"process {target.pid} ({target.command}) handles {signal}", after)
    if signal in target.ignored:
        return step("signal-ignored", f"process {target.pid} ({target.command}) ignores {signal}")
    match DEFAULTS.get(signal, "end"):
        case "ignore":
            return step("signal-ignored", f"{signal} does nothing where it is not handled")
        case "stop":
            after = put_process(kernel, replace(target, stopped=True))
            return step("stopped", f"process {target.pid} ({target.command}) stops", after)
        case "continue":
            after = put_process(kernel, replace(target, stopped=False))
            return step("continued", f"process {target.pid} ({target.command}) continues", after)
        case "end":
            return end(kernel, target.pid, Ended(signal=signal))


def _is_spared(kernel: Kernel, sender: Process | None, target: Process, signal: str) -> bool:
    """A pid 1 gets what it has a handler for; from outside also SIGKILL and SIGSTOP. sig_task_ignored() in signal.c."""
    if signal in target.handled:
        return False
    from_outside = sender is None or not kernel.number_in(sender.pid, target.namespaces.pid)
    return not (from_outside and signal in UNSTOPPABLE) or target.pid == 1


def _targets(kernel: Kernel, caller: Process, target: int) -> list[Process]:
    if target == -1:
        space = kernel.namespace(caller.namespaces.pid, PidNamespace)
        seen = (pid for number, pid in sorted(space.processes.items()) if number > 1 and pid != caller.pid)
        return [kernel.processes[pid] for pid in seen]
    found = kernel.found(caller, target)
    return [] if found is None else [kernel.processes[found]]


def _may(kernel: Kernel, caller: Process, target: Process) -> bool:
    own, other = caller.credentials, target.credentials
    same = {own.uid, own.euid} & {other.uid, other.suid}
    return bool(same) or caller.pid == target.pid or capable(kernel, caller, other.user, "CAP_KILL")
