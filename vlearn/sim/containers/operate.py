"""The model: one system call on a kernel, as steps. The table says which function of the kernel serves which call."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.containers import (
    calls,
    credential_calls,
    ending,
    file_calls,
    joining,
    lifecycle,
    metadata_calls,
    mounting,
    names_and_clocks,
    open_files,
    queues,
    renaming,
    roots,
    signalling,
)
from vlearn.sim.containers.answers import Answer, Done, Refusal
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.signals import Ended
from vlearn.sim.files.errno import ERRNO, Failure
from vlearn.trace import Event, Step

Service = Callable[[Kernel, Any, Any], Done]

SERVICES: Mapping[type[calls.Call], tuple[str, Service]] = {
    calls.Fork: ("fork", lifecycle.fork),
    calls.Clone: ("clone", lifecycle.clone),
    calls.Exec: ("execve", lifecycle.execute),
    calls.Exit: ("exit", ending.leave_kernel),
    calls.Wait: ("wait", ending.wait),
    calls.Kill: ("kill", signalling.kill),
    calls.Sigaction: ("sigaction", signalling.sigaction),
    calls.SetSubreaper: ("prctl", lifecycle.set_subreaper),
    calls.Unshare: ("unshare", joining.unshare),
    calls.Setns: ("setns", joining.setns),
    calls.SetHostname: ("sethostname", names_and_clocks.set_hostname),
    calls.SetDomainname: ("setdomainname", names_and_clocks.set_domainname),
    calls.ClockGettime: ("clock_gettime", names_and_clocks.clock_gettime),
    calls.ClockSettime: ("clock_settime", names_and_clocks.clock_settime),
    calls.Sleep: ("sleep", names_and_clocks.sleep),
    calls.SetUids: ("setresuid", credential_calls.set_uids),
    calls.SetGids: ("setresgid", credential_calls.set_gids),
    calls.SetGroups: ("setgroups", credential_calls.set_groups),
    calls.Capset: ("capset", credential_calls.capset),
    calls.DropBounding: ("prctl", credential_calls.drop_bounding),
    calls.SetNoNewPrivileges: ("prctl", credential_calls.set_no_new_privileges),
    calls.Open: ("open", open_files.open_file),
    calls.Close: ("close", open_files.close),
    calls.Read: ("read", open_files.read),
    calls.Write: ("write", open_files.write),
    calls.Stat: ("stat", file_calls.stat),
    calls.List: ("getdents", file_calls.names),
    calls.Readlink: ("readlink", file_calls.readlink),
    calls.Mkdir: ("mkdir", file_calls.mkdir),
    calls.Mknod: ("mknod", file_calls.mknod),
    calls.Rmdir: ("rmdir", file_calls.rmdir),
    calls.Unlink: ("unlink", file_calls.unlink),
    calls.Symlink: ("symlink", file_calls.symlink),
    calls.Link: ("link", file_calls.link),
    calls.Rename: ("rename", renaming.rename),
    calls.Truncate: ("truncate", metadata_calls.truncate),
    calls.Chmod: ("chmod", metadata_calls.chmod),
    calls.Chown: ("chown", metadata_calls.chown),
    calls.Umask: ("umask", metadata_calls.umask),
    calls.Chdir: ("chdir", roots.chdir),
    calls.Fchdir: ("fchdir", roots.fchdir),
    calls.Getcwd: ("getcwd", roots.getcwd),
    calls.Chroot: ("chroot", roots.chroot),
    calls.PivotRoot: ("pivot_root", roots.pivot_root),
    calls.Mount: ("mount", mounting.mount),
    calls.Umount: ("umount", mounting.umount),
    calls.Msgget: ("msgget", queues.msgget),
    calls.Msgsnd: ("msgsnd", queues.msgsnd),
    calls.Msgrcv: ("msgrcv", queues.msgrcv),
    calls.RemoveQueue: ("msgctl", queues.remove_queue),
}


def operate(kernel: Kernel, call: calls.Call) -> Iterator[Step[Kernel]]:
    """One system call: what happens on the way and after, and last its Answer.

    Raises ModelError if the caller does not exist, has ended or is stopped.
    """
    name, service = SERVICES[type(call)]
    caller = kernel.process(call.pid)
    if caller.ended is not None or caller.stopped:
        state = f"has ended ({caller.ended})" if caller.ended is not None else "is stopped"
        raise ModelError(f"process {call.pid} {state}: it can call nothing")
    try:
        done = service(kernel, caller, call)
    except Refusal as refusal:
        after = refusal.kernel or kernel
        yield Step(Answer(refusal.errno, f"{name}: {refusal.why} ({refusal.errno})", (), None, refusal.errno), after)
        return
    except Failure as failure:
        why = ERRNO[failure.errno].when
        yield Step(Answer(failure.errno, f"{name}: {why} ({failure.errno})", (), None, failure.errno), kernel)
        return
    yield from done.on_the_way
    after = done.kernel
    for pid in after.cgroups.killed:
        after = replace(after, cgroups=replace(after.cgroups, killed=()))
        if pid in after.processes and after.processes[pid].ended is None:
            steps = ending.end(after, pid, Ended(signal="SIGKILL"))
            yield from steps
            after = steps[-1].state
    yield from _namespaces(kernel, after)
    yield Step(Answer(name, done.text, done.touches, done.value), after)


def _namespaces(before: Kernel, after: Kernel) -> Iterator[Step[Kernel]]:
    """Which namespaces are new, and which are gone because nothing refers to them any more."""
    made = range(before.next_namespace, after.next_namespace)
    for number in made:
        if number in after.namespaces:
            text = f"{after.namespaces[number]} begins"
            yield Step(Event("namespace-made", text, (f"namespace[{number}]",)), after)
    if len(after.namespaces) != len(before.namespaces) + len(made):
        for number in sorted(number for number in before.namespaces if number not in after.namespaces):
            text = f"nothing refers to {before.namespaces[number]} any more: it is gone"
            yield Step(Event("namespace-gone", text, (f"namespace[{number}]",)), after)
