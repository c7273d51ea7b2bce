"""`lab.kubectl`: a cluster of the model in a notebook, with a kubectl to type; one for each kernel session.

    lab.kubectl("create deployment web --image=nginx")      # one kubectl command
    lab.kubectl.wait(30)                                    # half a minute of the cluster's time
    %kubectl get pods -o wide                               # the same as a line magic, once lab.kubectl has been used
    %%kubectl                                               # a cell of commands, one a line
    %%manifest web.yaml                                     # keeps the cell as a file for apply -f web.yaml
    lab.kubectl.do(lambda c: power_off(c, "node-1"))        # chaos, or anything else that makes another cluster

The cluster is a value (`lab.kubectl.cluster`): keep one, and `lab.kubectl.use` it later. Files are kept in memory.
"""

import atexit
import sys
from collections.abc import Callable
from math import inf
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Any

from vlearn.errors import LabError, ModelError
from vlearn.lab.docker_cells import show
from vlearn.sim.engine.command_line.said import Said
from vlearn.sim.kubernetes.cluster import Cluster, run, started, steps
from vlearn.sim.kubernetes.kubectl import Done
from vlearn.sim.kubernetes.kubectl import kubectl as run_kubectl
from vlearn.sim.kubernetes.server.live import LiveCluster, serve
from vlearn.trace import Event, Step, Trace


class KubectlTerminal:
    """What `lab.kubectl` is. Call it with a kubectl command."""

    def __init__(self) -> None:
        self._cluster: Cluster | None = None
        self._served: ServedCluster | None = None
        self.manifests: dict[str, str] = {}

    @property
    def cluster(self) -> Cluster:
        """The cluster as it is now; one of three nodes starts when it is first asked for."""
        if self._served is not None:
            return self._served.cluster
        if self._cluster is None:
            self._cluster = run(started(3))
        return self._cluster

    def __call__(self, line: str) -> None:
        """Run `kubectl LINE` and print what comes."""
        show(self.capture(line))

    def capture(self, line: str) -> Said:
        """Run `kubectl LINE`; its output as a value, for a check or a comparison: `.out`, `.err`, `.text`, `.code`."""
        return self._typed(line).said

    def lines(self, text: str) -> None:
        """Run a command a line and print what comes; blank lines and what stands behind # say nothing."""
        for line in text.replace("\\\n", " ").splitlines():
            if line.strip() and not line.strip().startswith("#"):
                self(line.strip())

    def use(self, cluster: Cluster) -> None:
        """Go on with another cluster, such as one that was kept."""
        if not isinstance(cluster, Cluster):
            raise LabError(f"lab.kubectl.use takes a cluster, such as started(3), not {cluster!r}")
        self._turn(lambda _: cluster)

    def do(self, action: Callable[[Cluster], Cluster]) -> Cluster:
        """Let something happen to the cluster, such as `lambda c: power_off(c, "node-1")`; its components answer."""
        if not callable(action):
            raise LabError(f'lab.kubectl.do takes a function, such as lambda c: power_off(c, "node-1"), not {action!r}')

        def turn(cluster: Cluster) -> Cluster:
            after = action(cluster)
            if not isinstance(after, Cluster):
                raise LabError(f"the function for lab.kubectl.do gives the next cluster; this one gave {after!r}")
            return run(after)

        self._turn(turn)
        return self.cluster

    def wait(self, seconds: float) -> None:
        """Let so much of the cluster's time pass."""
        _check_seconds(seconds)
        self.do(lambda cluster: run(cluster, seconds))

    def trace(self, line: str, seconds: float = 0.0) -> Trace[Cluster]:
        """Run `kubectl LINE` quietly, and let so many seconds pass behind it; all steps meanwhile, for a player."""
        _check_seconds(seconds)
        start = self.cluster
        done = self._typed(line, records=True)
        if done.said.code:
            raise LabError(f"kubectl {line} failed: {done.said.err.strip()}")
        end, until = done.cluster, done.cluster.now + seconds
        taken = [*done.steps, *steps(end, until)]
        end = taken[-1].state if taken else end
        if end.now < until:
            end = run(end, until - end.now)
            taken.append(Step(Event("time", "nothing more happens"), end))
        self.use(end)
        return Trace(start, tuple(taken))

    def write(self, name: str, text: str) -> None:
        """Keep a text as a file for `-f NAME`."""
        if not name.strip():
            raise LabError("a manifest needs a name, such as web.yaml")
        self.manifests[name.removeprefix("./")] = text

    def reset(self, nodes: int = 3, seed: int = 0) -> None:
        """A new cluster with so many nodes, and nothing in it; the seed decides names and addresses."""
        if not isinstance(nodes, int) or nodes < 0:
            raise LabError(f"a cluster has 0 nodes or more, not {nodes!r}")
        self.use(run(started(nodes, seed)))

    def serve(self, speed: float = 1.0) -> "ServedCluster":
        """Let a real kubectl at the cluster: its API on this computer's loopback address, until `.stop()`.

        `speed` is how many seconds of the cluster pass in one of ours; with 0 only `lab.kubectl.wait` lets time pass.
        """
        if self._served is not None:
            self._served.stop()
        served = ServedCluster(self, self.cluster, speed)
        self._served = served
        sys.stdout.write(
            f"The cluster answers at {served.live.url.rpartition('/')[0]}. In a terminal of this computer:\n"
            f"  export KUBECONFIG={quote(str(served.kubeconfig))}\n  kubectl get nodes\n"
        )
        return served

    def _typed(self, line: str, records: bool = False) -> Done:
        if not isinstance(line, str):
            raise LabError(f"lab.kubectl takes a line such as 'get pods', not {line!r}")
        found: list[Done] = []

        def turn(cluster: Cluster) -> Cluster:
            found.append(run_kubectl(cluster, line, self.manifests, records=records))
            return found[-1].cluster

        self._turn(turn)
        return found[-1]

    def _turn(self, turn: Callable[[Cluster], Cluster]) -> None:
        """The cluster as it is now becomes another; while it is served, between two requests."""
        try:
            self._cluster = turn(self.cluster) if self._served is None else self._served.live.do(turn)
        except ModelError as refused:
            raise LabError(str(refused)) from None

    def _stopped(self, cluster: Cluster) -> None:
        self._served, self._cluster = None, cluster

    def __repr__(self) -> str:
        cluster = self.cluster
        nodes, pods = len(cluster.objects("nodes")), len(cluster.objects("pods"))
        return f"<a cluster of the model: nodes: {nodes}, pods: {pods}>"


class ServedCluster:
    """A cluster that real clients reach; `kubeconfig` is the file that tells them how."""

    def __init__(self, terminal: KubectlTerminal, cluster: Cluster, speed: float) -> None:
        try:
            self.live: LiveCluster = serve(cluster, speed=speed)
        except ModelError as refused:
            raise LabError(str(refused)) from None
        self._terminal = terminal
        self._folder = TemporaryDirectory(prefix="vlearn-cluster-")
        self.kubeconfig = Path(self._folder.name) / "config"
        self.kubeconfig.touch(0o600)
        self.kubeconfig.write_text(self.live.kubeconfig, encoding="utf-8")
        self.live.__enter__()
        self._runs = True
        atexit.register(self.stop)

    @property
    def cluster(self) -> Cluster:
        """The cluster as it is now."""
        return self.live.cluster

    def stop(self) -> None:
        """End the server; the cluster goes on in the notebook, from where it is."""
        if not self._runs:
            return
        self._runs = False
        atexit.unregister(self.stop)
        self.live.__exit__(None, None, None)
        self._folder.cleanup()
        self._terminal._stopped(self.live.cluster)

    def __enter__(self) -> "ServedCluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<a cluster that {'answers' if self._runs else 'answered'} at {self.live.url.rpartition('/')[0]}>"


kubectl = KubectlTerminal()
"""The cluster of this kernel session."""


def _check_seconds(seconds: float) -> None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < inf:
        raise LabError(f"time runs forward by a number of seconds, such as 30, not {seconds!r}")


def load_ipython_extension(shell: Any) -> None:
    """Register the magics %kubectl, %%kubectl and %%manifest."""
    shell.register_magic_function(_kubectl, "line_cell", "kubectl")
    shell.register_magic_function(_manifest, "cell", "manifest")


def _kubectl(line: str, cell: str | None = None) -> None:
    if cell is None:
        kubectl(line)
    elif line.strip():
        raise LabError(f"%%kubectl takes nothing behind it; begin the cell below it with {line}")
    else:
        kubectl.lines(cell)


def _manifest(line: str, cell: str) -> None:
    name = line.strip()
    if not name:
        raise LabError("%%manifest needs the name of the file to keep: %%manifest web.yaml")
    kubectl.write(name, cell)
    sys.stdout.write(f"Keeping {name}; kubectl apply -f {name} reads it\n")


def _in_notebook() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


if (_shell := _in_notebook()) is not None:
    load_ipython_extension(_shell)
