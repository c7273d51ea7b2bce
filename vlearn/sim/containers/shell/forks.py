"""Where a shell forks: pipelines, lists in the background, subshells."""

from typing import TYPE_CHECKING

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.flow import ExitShell
from vlearn.sim.containers.shell.streams import Pipe, ReadEnd, Stream, Text, WriteEnd
from vlearn.sim.containers.shell.syntax import Group, Item, Pipeline, Redirected, Sequence
from vlearn.sim.containers.shell.waits import Running

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.interpreter import Interpreter


def background(shell: "Interpreter", item: Item) -> int:
    """`list &`: a child that nobody waits for yet."""
    front = Item(item.pipelines, item.operators)
    streams: dict[int, Stream] = {**shell.task.streams, 0: Text(bytearray())}
    try:
        child = shell.task.fork(lambda task: shell.copy(task).child(Sequence((front,))), streams)
    except SystemCallFailed as failed:
        return no_fork(shell, failed)
    child.background = True
    shell.jobs.append(child.pid)
    shell.sources[child.pid] = item.source
    shell.last_background = shell.task.host.kernel.number_in(child.pid, shell.task.process.namespaces.pid)
    shell.numbers[shell.last_background] = child.pid
    return 0


def piped(shell: "Interpreter", pipeline: Pipeline) -> Running:
    """A process for each command, and pipes between them."""
    children: list[int] = []
    before: Stream = shell.task.streams.get(0, Text(bytearray()))
    for number, command in enumerate(pipeline.commands):
        streams = {**shell.task.streams, 0: before}
        if number < len(pipeline.commands) - 1:
            pipe = Pipe()
            streams[1], before = WriteEnd(pipe), ReadEnd(pipe)
            before.hold()
        try:
            one = Sequence((Item((Pipeline((command,), source=pipeline.source, line=pipeline.line),)),))
            child = shell.task.fork(lambda task, one=one: shell.copy(task).child(one), streams)  # type: ignore[misc]
        except SystemCallFailed as failed:
            return no_fork(shell, failed)
        finally:
            if number:
                streams[0].release(shell.task)
        children.append(child.pid)
    ended: list[int] = []
    for pid in children:
        how = yield from shell.task.wait(pid)
        ended.append(how.shell)
    if "pipefail" in shell.options:
        return next((code for code in reversed(ended) if code), 0)
    return ended[-1]


def subshell(shell: "Interpreter", command: Redirected, pipeline: Pipeline) -> Running:
    """`( list )`: a child, and its end."""
    inner = Redirected(Group(command.command.body), command.redirections)  # type: ignore[union-attr]
    tree = Sequence((Item((Pipeline((inner,), source=pipeline.source, line=pipeline.line),)),))
    try:
        child = shell.task.fork(lambda task: shell.copy(task).child(tree))
    except SystemCallFailed as failed:
        return no_fork(shell, failed)
    return (yield from shell.task.wait(child.pid)).shell


def no_fork(shell: "Interpreter", failed: SystemCallFailed) -> int:
    """The kernel has refused a child: what the shell says, and its exit code."""
    shell.complain(shell.dialect.no_fork.format(why=failed.strerror))
    if shell.dialect.name != "bash":
        raise ExitShell(shell.dialect.no_fork_code)
    return shell.dialect.no_fork_code
