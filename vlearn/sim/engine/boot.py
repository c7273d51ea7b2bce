"""A machine with a daemon that has just started: its processes, its directories, the three networks that always are."""

from dataclasses import replace
from ipaddress import IPv4Network

from immutables import Map

from vlearn.sim.containers.cgroups.state import Cgroups, Machine
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.shell.root import entries, program
from vlearn.sim.engine import catalogue, groups
from vlearn.sim.engine.bridges import POOLS, make_bridge
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.state import Engine, Network
from vlearn.sim.engine.storage import ROOT, ensure
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.images.registry.state import Exchange, Registry

PROGRAMS = ("usr/bin/dockerd", "usr/bin/docker-proxy", "usr/bin/containerd-shim-runc-v2")
FOLDERS = ("containers", "overlay2", "volumes", "network")


def boot(
    seed: int = 0,
    *,
    cpus: int = 4,
    memory: int = 2 << 30,
    hostname: str = "docker-host",
    registries: tuple[Registry, ...] | None = None,
    remember: int | None = 0,
) -> Daemon:
    """A machine with so many processors and bytes of memory. Without `registries` it reaches the course's catalogue.

    `remember` is how many steps of the kernel its host keeps (None: all).
    """
    files = filesystem_of([*entries(hostname=hostname), *(program("init", path) for path in PROGRAMS)])
    machine = Machine(cpus=cpus, pages=memory // 4096)
    host = Host.boot(files, hostname=hostname, cgroups=Cgroups.unified(machine), remember=remember)
    pid = host.spawn(1, "/usr/bin/dockerd", "-H", "fd://", "--containerd=/run/containerd/containerd.sock")
    found = (catalogue.registry(),) if registries is None else registries
    exchange = Exchange(registries=Map({one.host: one for one in found}))
    daemon = Daemon(host, Engine(host.kernel, exchange, seed=seed, daemon=pid))
    for name in FOLDERS:
        ensure(daemon, f"{ROOT}/{name}")
    groups.prepare(daemon)
    subnet: IPv4Network = POOLS[0]
    networks = (
        Network(daemon.new_id(), "bridge", "bridge", 0, subnet, subnet.network_address + 1, "docker0"),
        Network(daemon.new_id(), "host", "host"),
        Network(daemon.new_id(), "none", "null"),
    )
    make_bridge(daemon, networks[0])
    daemon.engine = replace(daemon.engine, networks=Map({one.id: one for one in networks}))
    daemon.refresh()
    return daemon
