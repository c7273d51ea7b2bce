"""The state of the whole kernel, as one frozen value. The module references changes it."""

from dataclasses import dataclass, field
from typing import TypeVar

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.state import Cgroups
from vlearn.sim.containers.mount_table import Mount, PeerGroup, Superblock
from vlearn.sim.containers.namespaces import FIRST_FREE, KIND, Namespace, PidNamespace, UserNamespace
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.processes import OpenFile, Process

N = TypeVar("N", bound=Namespace)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A machine's kernel. `now` is the seconds since boot, `epoch` the wall clock at boot in seconds since 1970.

    `made` counts, for the limits, namespaces by user namespace, uid and kind.
    """

    processes: Map[int, Process] = field(default_factory=Map)
    namespaces: Map[int, Namespace] = field(default_factory=Map)
    open_files: Map[int, OpenFile] = field(default_factory=Map)
    mounts: Map[int, Mount] = field(default_factory=Map)
    groups: Map[int, PeerGroup] = field(default_factory=Map)
    superblocks: Map[int, Superblock] = field(default_factory=Map)
    networks: Networks = field(default_factory=Networks)
    cgroups: Cgroups = field(default_factory=Cgroups.unified)
    made: Map[tuple[int, int, str], int] = field(default_factory=Map)
    nsfs: int = 0
    next_namespace: int = FIRST_FREE
    next_mount: int = 22
    next_group: int = 1
    next_superblock: int = 21
    next_open_file: int = 1
    now: float = 0
    epoch: float = 1_700_000_000
    pid_max: int = 4_194_304

    def process(self, pid: int) -> Process:
        """A process by the host's number, dead or alive. Raises ModelError if there is none."""
        try:
            return self.processes[pid]
        except KeyError:
            raise ModelError(
                f"there is no process {pid}; pids run from 1 to {max(self.processes, default=0)}"
            ) from None

    def namespace(self, number: int, kind: type[N]) -> N:
        """A namespace by its number, which the caller knows to be of this kind."""
        found = self.namespaces[number]
        assert isinstance(found, kind)
        return found

    def first(self, kind: str) -> int:
        """The number of the first namespace of a kind, which the machine started with."""
        return KIND[kind].first

    def user(self, process: Process) -> UserNamespace:
        """The user namespace that a process is in."""
        return self.namespace(process.credentials.user, UserNamespace)

    def found(self, process: Process, number: int) -> int | None:
        """The host's number of the process that another one calls `number`, or None."""
        return self.namespace(process.namespaces.pid, PidNamespace).processes.get(number)

    def number_in(self, pid: int, namespace: int) -> int:
        """What a pid namespace calls a process; 0 if it does not see it."""
        process = self.processes.get(pid)
        if process is None:
            return 0
        inner = process.namespaces.pid
        for number in process.numbers:
            if inner == namespace:
                return number
            inner = self.namespace(inner, PidNamespace).parent
        return 0
