"""The machine: hostname, domainname, uname, date, uptime, nproc, env, printenv, sync."""

from collections.abc import Mapping
from datetime import UTC, datetime

from vlearn.sim.containers.calls import ClockGettime, ClockSettime, SetDomainname, SetHostname
from vlearn.sim.containers.cgroups.files_core import cpus_of
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.namespaces import UtsNamespace
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running

RELEASE, VERSION, MACHINE = "6.18.0", "#1 SMP vlearn", "x86_64"


def hostname_of(task: Task) -> str:
    """gethostname(2)."""
    return task.host.kernel.namespace(task.process.namespaces.uts, UtsNamespace).hostname


def _hostname(task: Task) -> int:
    options = read_options(task.arguments[1:], "fsid")
    if not options.words:
        name = hostname_of(task)
        if "i" in options:
            devices = task.host.kernel.networks.at(task.process.namespaces.net).devices.values()
            task.say(" ".join(str(one.ip) for device in devices for one in device.addresses if not one.is_loopback))
        else:
            task.say(name.partition(".")[0] if "s" in options else name)
        return 0
    words = {"EPERM": "you must be root to change the host name", "EINVAL": "name too long"}
    try:
        task.host.ask(SetHostname(task.pid, options.words[0]))
    except SystemCallFailed as failed:
        return task.complain(words.get(failed.name, str(failed.strerror)))
    return 0


def _domainname(task: Task) -> int:
    space = task.host.kernel.namespace(task.process.namespaces.uts, UtsNamespace)
    if len(task.arguments) == 1:
        task.say(space.domainname or "(none)")
        return 0
    try:
        task.host.ask(SetDomainname(task.pid, task.arguments[1]))
    except SystemCallFailed as failed:
        return task.complain(f"you must be root to change the domain name: {failed.strerror}")
    return 0


def _uname(task: Task) -> int:
    options = read_options(task.arguments[1:], "asnrvmo", long={"all": "a"})
    parts = {"s": "Linux", "n": hostname_of(task), "r": RELEASE, "v": VERSION, "m": MACHINE, "o": "GNU/Linux"}
    chosen = [parts[letter] for letter in parts if letter in options or "a" in options]
    task.say(" ".join(chosen or ["Linux"]))
    return 0


def _date(task: Task) -> int:
    words = list(task.arguments[1:])
    now = task.host.ask(ClockGettime(task.pid, "CLOCK_REALTIME"))
    if words[:1] in (["-s"], ["--set"]) or (words and words[0].startswith("--set=")):
        text = words[0].partition("=")[2] or (words[1] if len(words) > 1 else "")
        when = _moment(text)
        if when is None:
            return task.complain(f"invalid date ‘{text}’")
        task.say(_printed(when))
        try:
            task.host.ask(ClockSettime(task.pid, when))
        except SystemCallFailed as failed:
            return task.complain(f"cannot set date: {failed.strerror}")
        return 0
    pattern = ""
    for word in words:
        if word.startswith("+"):
            pattern = word[1:]
        elif word not in ("-u", "--utc"):
            raise NotModelled(f"the word {word}")
    if not pattern:
        task.say(_printed(now))
        return 0
    moment = datetime.fromtimestamp(now, UTC)
    nanoseconds = f"{round((now % 1) * 1e9):09}"
    task.say(moment.strftime(pattern.replace("%N", nanoseconds).replace("%s", str(int(now)))))
    return 0


def _printed(when: float) -> str:
    moment = datetime.fromtimestamp(when, UTC)
    return f"{moment:%a %b} {moment.day:2} {moment:%H:%M:%S} UTC {moment:%Y}"


def _moment(text: str) -> float | None:
    if text.startswith("@") and text[1:].isdigit():
        return float(text[1:])
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _uptime(task: Task) -> int:
    read_options(task.arguments[1:], "p")
    boot = task.host.ask(ClockGettime(task.pid, "CLOCK_BOOTTIME"))
    minutes = int(boot // 60)
    task.say(f"up {minutes // 60} hours, {minutes % 60} minutes" if minutes >= 60 else f"up {minutes} minutes")
    return 0


def _nproc(task: Task) -> int:
    cgroups = task.host.kernel.cgroups
    if cgroups.hierarchy("cpuset") is None:
        task.say(str(cgroups.machine.cpus))
        return 0
    tree, path = cgroups.group_of(task.pid, "cpuset")
    task.say(str(len(cpus_of(tree, path, cgroups.machine.cpus))))
    return 0


def _env(task: Task) -> Running:
    words, environment = list(task.arguments[1:]), dict(task.environment)
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("-i", "-", "--ignore-environment"):
            environment = {}
        elif word == "-u" and words:
            environment.pop(words.pop(0), None)
        elif word == "--":
            break
        else:
            raise NotModelled(f"the option {word}")
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    if not words:
        task.say(*(f"{name}={value}" for name, value in environment.items()))
        return 0
    task.environment = environment
    try:
        running = task.become(words)
    except SystemCallFailed as failed:
        return task.complain(f"‘{words[0]}’: {failed.strerror}", 127 if failed.name == "ENOENT" else 126)
    return (yield from running)


def _printenv(task: Task) -> int:
    names = task.arguments[1:]
    if not names:
        task.say(*(f"{name}={value}" for name, value in task.environment.items()))
        return 0
    task.say(*(task.environment[name] for name in names if name in task.environment))
    return int(any(name not in task.environment for name in names))


PROGRAMS: Mapping[str, Body] = {
    "date": plain(_date),
    "domainname": plain(_domainname),
    "env": _env,
    "hostname": plain(_hostname),
    "nproc": plain(_nproc),
    "printenv": plain(_printenv),
    "sync": plain(lambda task: 0),
    "uname": plain(_uname),
    "uptime": plain(_uptime),
}
