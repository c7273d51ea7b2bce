"""The model: an action, its steps, and last its Reply."""

from collections.abc import Callable, Generator, Iterator
from typing import Any, Final

from vlearn.sim.engine import actions, building, executing, machine_wide, objects, pruning, running, stopping
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.state import Engine
from vlearn.trace import Step

Service = Callable[[Daemon, Any], Generator[Step[Engine], None, Reply]]

SERVICES: Final[dict[type, Service]] = {
    actions.Create: running.create_container,
    actions.Start: running.start_container,
    actions.Run: running.run_container,
    actions.Stop: stopping.stop_container,
    actions.RestartContainer: running.restart_container,
    actions.Kill: stopping.kill_container,
    actions.Pause: stopping.pause_container,
    actions.Unpause: stopping.unpause_container,
    actions.Wait: running.wait_container,
    actions.Remove: stopping.remove_container,
    actions.Rename: running.rename_container,
    actions.Update: running.update_container,
    actions.Exec: executing.execute_in,
    actions.Commit: objects.commit,
    actions.Pull: objects.pull,
    actions.Push: objects.push,
    actions.Tag: objects.tag,
    actions.RemoveImage: objects.remove_image,
    actions.BuildImage: building.build_image,
    actions.CreateVolume: objects.create_volume,
    actions.RemoveVolume: objects.remove_volume,
    actions.CreateNetwork: objects.create_network,
    actions.RemoveNetwork: objects.remove_network,
    actions.Connect: objects.connect,
    actions.Disconnect: objects.disconnect,
    actions.Prune: pruning.prune,
    actions.Advance: machine_wide.advance,
    actions.RestartDaemon: machine_wide.restart_daemon,
}


def operate(engine: Engine, action: actions.Action, daemon: Daemon) -> Iterator[Step[Engine]]:
    """Everything that an action sets in motion. The last event is a Reply, with `error` where the daemon refuses.

    Raises ModelError if the engine is not the daemon's newest one.
    """
    daemon.take(engine)
    try:
        reply = yield from SERVICES[type(action)](daemon, action)
    except DaemonError as refused:
        kind = "no-such-object" if refused.status == 404 else "conflict" if refused.status == 409 else "refused"
        reply = Reply(kind, str(refused), (), None, refused.message, refused.status, refused.code)
    daemon.read_logs()
    yield Step(reply, daemon.refresh())
