"""A machine to work with: it holds the newest kernel and what happened, and has a method for each system call.

`pid`, and every process that a method takes or gives, is a number of the host, whatever namespace the process is in.
A refused call raises SystemCallFailed, as Python's os raises OSError; `call` alone gives the Answer instead.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from vlearn.sim.containers import calls
from vlearn.sim.containers.authority import capable
from vlearn.sim.containers.boot import boot
from vlearn.sim.containers.cgroups.state import Cgroups
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.machine_files import MachineFiles
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.signals import Ended
from vlearn.sim.files.filesystem import Filesystem


class Host(MachineFiles):
    """One machine, with methods for processes, namespaces and credentials; see MachineFiles for files and mounts."""

    @classmethod
    def boot(
        cls,
        files: Filesystem | None = None,
        *,
        hostname: str = "host",
        cgroups: Literal["unified", "legacy"] | Cgroups = "unified",
        shared: bool = True,
        remember: int | None = None,
    ) -> "Host":
        """A machine that has just started; the arguments are those of boot.boot."""
        return cls(boot(files, hostname=hostname, cgroups=cgroups, shared=shared), remember)

    # --- processes ---

    def fork(self, pid: int) -> int:
        """The child."""
        return self._host_pid(pid, self.ask(calls.Fork(pid)))

    def clone(self, pid: int, *flags: str) -> int:
        """The child, with new namespaces for these CLONE_NEW* flags."""
        return self._host_pid(pid, self.ask(calls.Clone(pid, flags)))

    def spawn(self, pid: int, *arguments: str, flags: Iterable[str] = ()) -> int:
        """clone and, in the child, exec: a child that is another program."""
        child = self.clone(pid, *flags)
        self.exec(child, *arguments)
        return child

    def exec(self, pid: int, *arguments: str) -> None:
        """Become another program; a name without a slash is looked for in /usr/bin, /bin, /usr/sbin and /sbin."""
        self.ask(calls.Exec(pid, arguments, self.which(pid, arguments[0]) or arguments[0]))

    def which(self, pid: int, name: str) -> str | None:
        """The path of a program that a process would find, or None."""
        if "/" in name:
            return name
        for folder in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
            try:
                if self._status(pid, f"{folder}/{name}").kind == "file":
                    return f"{folder}/{name}"
            except SystemCallFailed:
                continue
        return None

    def exit(self, pid: int, code: int = 0) -> None:
        """End a process."""
        self.ask(calls.Exit(pid, code))

    def wait(self, pid: int, child: int | None = None) -> tuple[int, Ended] | None:
        """Reap a child, any or this one: its pid as the caller sees it and how it ended; None if none has ended."""
        target = -1 if child is None else self.kernel.number_in(child, self.process(pid).namespaces.pid)
        found: tuple[int, Ended] | None = self.ask(calls.Wait(pid, target))
        return found

    def kill(self, pid: int, target: int, signal: str = "SIGTERM") -> None:
        """Send a signal to a process of the host's number `target`, which the sender must be able to see."""
        number = self.kernel.number_in(target, self.process(pid).namespaces.pid)
        self.ask(calls.Kill(pid, number or 2**31 - 1, signal))

    def sigaction(self, pid: int, signal: str, action: str) -> None:
        """What to do on a signal: "default", "ignore" or "handle"."""
        self.ask(calls.Sigaction(pid, signal, action))

    def processes(self, pid: int) -> tuple[Process, ...]:
        """All processes that a process sees in its pid namespace, by its numbers for them."""
        space = self.process(pid).namespaces.pid
        seen = [one for one in self.kernel.processes.values() if self.kernel.number_in(one.pid, space)]
        return tuple(sorted(seen, key=lambda one: self.kernel.number_in(one.pid, space)))

    # --- namespaces and credentials ---

    def unshare(self, pid: int, *flags: str) -> None:
        """Leave namespaces for new ones."""
        self.ask(calls.Unshare(pid, flags))

    def setns(self, pid: int, descriptor: int, flag: str = "") -> None:
        """Enter the namespace of an open file of /proc/PID/ns."""
        self.ask(calls.Setns(pid, descriptor, flag))

    def enter(self, pid: int, path: str, flag: str = "") -> None:
        """Open a file of /proc/PID/ns (or a mount of one), enter its namespace, and close it."""
        descriptor = self.open(pid, path)
        try:
            self.setns(pid, descriptor, flag)
        finally:
            self.close(pid, descriptor)

    def capable(self, pid: int, capability: str, kind: str = "user") -> bool:
        """Whether a process has a capability over its own namespace of a kind, as net for CAP_NET_ADMIN."""
        process = self.process(pid)
        number = process.namespaces.get(kind)
        owner = number if kind == "user" else self.kernel.namespaces[number].owner
        return capable(self.kernel, process, owner, capability)

    def set_hostname(self, pid: int, name: str) -> None:
        """sethostname(2)."""
        self.ask(calls.SetHostname(pid, name))

    def set_uids(self, pid: int, uid: int) -> None:
        """setresuid(2) with one uid for all three."""
        self.ask(calls.SetUids(pid, uid, uid, uid))

    def set_gids(self, pid: int, gid: int) -> None:
        """setresgid(2) with one gid for all three."""
        self.ask(calls.SetGids(pid, gid, gid, gid))

    def set_groups(self, pid: int, *groups: int) -> None:
        """setgroups(2)."""
        self.ask(calls.SetGroups(pid, groups))

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.apply(replace(self.kernel, now=self.kernel.now + seconds), "sleep", f"{seconds:g} s pass")

    def _host_pid(self, pid: int, number: int) -> int:
        found = self.kernel.found(self.process(pid), number)
        assert found is not None
        return found
