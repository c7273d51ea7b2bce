"""The machines that chapter 10 plays with: a container made call by call, a jail, mounts that spread, networks."""

from vlearn.questions.generators.containers_scenes import booted, made
from vlearn.questions.generators.containers_talk import Plan, connecting
from vlearn.sim.containers import Host, Kernel
from vlearn.sim.containers.calls import Chdir, Chroot, Fork
from vlearn.sim.containers.network.packets import Journey
from vlearn.sim.containers.network.traffic import use_network
from vlearn.sim.files.entries import filesystem_of
from vlearn.trace import Trace, run

PROGRAMS: tuple[dict[str, object], ...] = (
    {"path": "usr/bin/web", "type": "file", "mode": 0o755},
    {"path": "etc", "type": "dir"},
    {"path": "old", "type": "dir"},
    {"path": "proc", "type": "dir"},
)
IMAGE = filesystem_of(PROGRAMS)
"""The files of a very small container: one program."""


def contained() -> Host:
    """A machine on which a runtime has made a container, call by call: `host.trace()` has the run."""
    host = Host.boot()
    runtime = host.spawn(1, "sh")
    first = host.clone(runtime, "CLONE_NEWPID", "CLONE_NEWNS", "CLONE_NEWUTS", "CLONE_NEWIPC", "CLONE_NEWNET")
    host.mkdir(runtime, "/sys/fs/cgroup/box")
    host.write_file(runtime, "/sys/fs/cgroup/box/cgroup.procs", str(first))
    host.mount(first, "none", "/", "", "REC", "PRIVATE")
    host.mount_files(first, IMAGE, "/mnt", source="image")
    host.mount(first, "proc", "/mnt/proc", "proc")
    host.pivot_root(first, "/mnt", "/mnt/old")
    host.chdir(first, "/")
    host.umount(first, "/old", detach=True)
    host.set_hostname(first, "box")
    host.exec(first, "web")
    return host


def nested() -> Trace[Kernel]:
    """The run of the first exercise: two containers on a host, a process of the host in between."""
    host = Host.boot()
    first = host.clone(1, "CLONE_NEWPID")
    host.fork(first)
    host.fork(1)
    second = host.clone(first, "CLONE_NEWPID")
    host.fork(second)
    return host.trace()


def jail() -> Kernel:
    """A machine whose process 2, root, was put into /home by chroot and chdir; all its calls are made by pid 2."""
    return made(booted(), [Fork(1), Chroot(2, "/home"), Chdir(2, "/")])


def propagated() -> Trace[Kernel]:
    """The host's /mnt is shared; A has a slave copy, B a private one; then the host mounts, and A."""
    host = Host.boot(shared=False)
    host.mount(1, "t", "/mnt", "tmpfs")
    host.mount(1, "none", "/mnt", "", "SHARED")
    for name in ("usb", "mine"):
        host.mkdir(1, f"/mnt/{name}")
    later = Host(host.kernel)
    for kind in ("SLAVE", "PRIVATE"):
        child = later.clone(1, "CLONE_NEWNS")
        later.mount(child, "none", "/mnt", "", kind)
    later.mount(1, "disk", "/mnt/usb", "tmpfs")
    later.mount(2, "own", "/mnt/mine", "tmpfs")
    return later.trace()


MISSING = {
    "nothing": "",
    "the client's default route": "default of client",
    "the server's default route": "default of server",
    "forwarding": "forwarding",
    "the server's link is down": "server up",
    "nobody listens": "port",
}
"""What a study of the network leaves out."""


def bridged() -> Trace[Journey]:
    """A connection between two namespaces on one bridge."""
    return broken("", routed=False)


def broken(missing: str, routed: bool = True) -> Trace[Journey]:
    """A connection from a client to a server, on two bridges if `routed`, with something of the set-up left out."""
    networks, call = connecting(Plan(1, routed, missing, 80))
    return run(use_network, Journey(networks), [call])
