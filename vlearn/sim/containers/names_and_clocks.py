"""The small namespaces: uts (the machine's names) and time (offsets of two clocks)."""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import has, require
from vlearn.sim.containers.calls import ClockGettime, ClockSettime, SetDomainname, SetHostname, Sleep
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import TimeNamespace, UtsNamespace
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_namespace

LONGEST = 64
"""Bytes of a host name or domain name: __NEW_UTS_LEN."""


def set_hostname(kernel: Kernel, caller: Process, call: SetHostname) -> Done:
    """sethostname(2)."""
    space = _names(kernel, caller, call.name)
    text = f"the hostname in {space} is now {call.name}"
    after = put_namespace(kernel, replace(space, hostname=call.name))
    return Done(after, text, None, (f"namespace[{space.number}]",))


def set_domainname(kernel: Kernel, caller: Process, call: SetDomainname) -> Done:
    """setdomainname(2)."""
    space = _names(kernel, caller, call.name)
    text = f"the domain name in {space} is now {call.name}"
    after = put_namespace(kernel, replace(space, domainname=call.name))
    return Done(after, text, None, (f"namespace[{space.number}]",))


def _names(kernel: Kernel, caller: Process, name: str) -> UtsNamespace:
    space = kernel.namespace(caller.namespaces.uts, UtsNamespace)
    require(kernel, caller, space.owner, "CAP_SYS_ADMIN")
    if len(name.encode()) > LONGEST:
        raise Refusal("EINVAL", f"a name has {LONGEST} bytes at most, not {len(name.encode())}")
    return space


def clock_gettime(kernel: Kernel, caller: Process, call: ClockGettime) -> Done:
    """clock_gettime(2)."""
    space = kernel.namespace(caller.namespaces.time, TimeNamespace)
    clocks = {
        "CLOCK_REALTIME": kernel.epoch + kernel.now,
        "CLOCK_MONOTONIC": kernel.now + space.monotonic,
        "CLOCK_BOOTTIME": kernel.now + space.boottime,
    }
    if call.clock not in clocks:
        raise Refusal("EINVAL", f"there is no clock {call.clock!r}; there are {', '.join(clocks)}")
    return Done(kernel, f"{call.clock} of process {caller.pid} is {clocks[call.clock]:g}", clocks[call.clock])


def clock_settime(kernel: Kernel, caller: Process, call: ClockSettime) -> Done:
    """clock_settime(2): no namespace has a wall clock of its own, so only the machine's root may set it."""
    require(kernel, caller, kernel.first("user"), "CAP_SYS_TIME")
    after = replace(kernel, epoch=call.seconds - kernel.now)
    return Done(after, f"the wall clock is set to {call.seconds:g}")


def sleep(kernel: Kernel, caller: Process, call: Sleep) -> Done:
    """Time passes."""
    if call.seconds < 0:
        raise Refusal("EINVAL", "time does not run backwards")
    return Done(replace(kernel, now=kernel.now + call.seconds), f"{call.seconds:g} s pass")


def write_offsets(kernel: Kernel, number: int, content: bytes, writer: Process) -> Kernel:
    """Lines such as `monotonic 86400 0` written to timens_offsets: EACCES once a process is in the namespace."""
    space = kernel.namespace(number, TimeNamespace)
    offsets = {"monotonic": space.monotonic, "boottime": space.boottime}
    names = {"1": "monotonic", "7": "boottime"}
    for line in content.decode("utf-8", "replace").splitlines():
        words = line.split()
        clock = names.get(words[0], words[0]) if words else ""
        if len(words) != 3 or clock not in offsets or not _is_whole(words[1]) or not words[2].isdigit():
            raise Refusal("EINVAL", f"a line is a clock (monotonic, boottime), seconds and nanoseconds; not {line!r}")
        nanoseconds = int(words[2])
        if nanoseconds >= 1_000_000_000:
            raise Refusal("EINVAL", f"{nanoseconds} ns are a second or more")
        offset = int(words[1]) + nanoseconds / 1e9
        if kernel.now + offset < 0:
            raise Refusal("ERANGE", f"{clock} would be before zero")
        offsets[clock] = offset
    if not has(kernel, writer.credentials, space.owner, "CAP_SYS_TIME"):
        raise Refusal("EPERM", f"offsets of {space} need CAP_SYS_TIME in user:[{space.owner}]")
    if space.entered:
        raise Refusal("EACCES", f"a process is in {space}: its offsets stand")
    return put_namespace(kernel, replace(space, monotonic=offsets["monotonic"], boottime=offsets["boottime"]))


def _is_whole(word: str) -> bool:
    return word.removeprefix("-").isdigit()
