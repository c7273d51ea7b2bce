"""The shell: walks the syntax tree as a generator, in a process of the kernel, forking others as a real one does."""

from collections.abc import Generator, Iterable

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell import expansion
from vlearn.sim.containers.shell.arithmetic import ArithmeticFault
from vlearn.sim.containers.shell.compound import inner
from vlearn.sim.containers.shell.dialects import Dialect
from vlearn.sim.containers.shell.errors import ShellSyntaxError
from vlearn.sim.containers.shell.flow import ExitShell, LeaveLoop, NextTurn, Return
from vlearn.sim.containers.shell.forks import background, no_fork, piped, subshell
from vlearn.sim.containers.shell.messages import Messages
from vlearn.sim.containers.shell.parser import parse
from vlearn.sim.containers.shell.redirections import redirected
from vlearn.sim.containers.shell.streams import Pipe, ReadEnd, Stream, WriteEnd
from vlearn.sim.containers.shell.syntax import (
    Command,
    Function,
    Item,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    Subshell,
)
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.shell.waits import Running, Wait
from vlearn.sim.containers.signals import Ended

DEEPEST = 40
"""Calls of functions within one another."""


class Interpreter(Messages):
    """One shell. `jobs` are the host pids of its children in the background that it has not waited for."""

    def __init__(self, task: Task, dialect: Dialect, name: str, positional: Iterable[str] = ()) -> None:
        super().__init__(task, dialect, name, positional)
        self.functions: dict[str, Redirected] = {}
        self.traps: dict[str, str] = {}
        self.jobs: list[int] = []
        self.ended: dict[int, Ended] = {}
        self.numbers: dict[int, int] = {}
        self.sources: dict[int, str] = {}
        self.unguarded = True
        self.depth = self.loops = self.sourcing = 0

    def copy(self, task: Task) -> "Interpreter":
        """The shell of a child that was forked from this one: the same but for jobs and traps."""
        other = Interpreter(task, self.dialect, self.name, self.positional)
        self.copy_variables(other)
        other.loops = self.loops
        other.functions, other.depth, other.line = dict(self.functions), self.depth, self.line
        for signal in self.traps:
            if signal != "EXIT" and self.traps[signal]:
                task.host.sigaction(task.pid, signal, "default")
        return other

    # --- whole scripts ---

    def script(self, text: str, only: bool = True) -> Running:
        """Run a text to its end; the exit code. `only`: the process is there for nothing else, and ends with it."""
        try:
            code = yield from self._until_exit(text, only)
        finally:
            self.unguarded = True
        if only and (trap := self.traps.pop("EXIT", "")):
            code = (yield from self._until_exit(trap, False, code)) if trap else code
        return code

    def typed_line(self, text: str) -> Generator[Wait, None, int | None]:
        """Run a line of an interactive shell; the exit code if it ends the shell."""
        try:
            tree = parse(text)
        except ShellSyntaxError:
            yield from self._until_exit(text, False)
            self.status = 2
            return None
        try:
            self.status = yield from self.sequence(tree)
        except ExitShell as exit:
            return exit.code
        except Return as back:
            self.status = back.code
        return None

    def _until_exit(self, text: str, only: bool, code: int | None = None) -> Running:
        try:
            tree = parse(text)
        except ShellSyntaxError as wrong:
            self.line = wrong.line
            if not wrong.supported:
                self.task.space.unsupported.append(f"{self.name}: {wrong}")
            self.say_what_is_wrong(wrong, text)
            return 2
        try:
            status = yield from self.sequence(tree, only and _is_one_command(tree))
        except (ExitShell, Return) as exit:
            return exit.code
        return status if code is None else code

    def sequence(self, tree: Sequence, last: bool = False) -> Running:
        """Items one after the other."""
        for item in tree.items:
            self.status = yield from self.item(item, last)
            yield from self.handlers()
        return self.status

    def item(self, item: Item, last: bool = False) -> Running:
        """Pipelines joined by && and ||."""
        if item.background:
            return background(self, item)
        status = 0
        for number, pipeline in enumerate(item.pipelines):
            if number and (status == 0) != (item.operators[number - 1] == "&&"):
                continue
            is_last = number == len(item.pipelines) - 1
            before = self.unguarded
            self.unguarded = before and is_last and not pipeline.negated
            try:
                status = self.status = yield from self.pipeline(pipeline, last)
            finally:
                self.unguarded = before
            if status and "e" in self.options and before and is_last and not pipeline.negated:
                raise ExitShell(status)
        return status

    def child(self, tree: Sequence) -> Running:
        """The life of a forked shell: a list, and its end."""
        try:
            return (yield from self.sequence(tree, last=_is_one_command(tree)))
        except (ExitShell, Return) as exit:
            return exit.code
        except (LeaveLoop, NextTurn):  # the loop is the parent's
            return self.status

    # --- pipelines ---

    def pipeline(self, pipeline: Pipeline, last: bool = False) -> Running:
        """One command here, or several in processes of their own."""
        self.line = pipeline.line + self.line_offset
        if len(pipeline.commands) == 1:
            status = yield from self.command(pipeline.commands[0], pipeline, last and not pipeline.negated)
        else:
            status = yield from piped(self, pipeline)
        return int(not status) if pipeline.negated else status

    # --- commands ---

    def command(self, command: Command, pipeline: Pipeline, last: bool) -> Running:
        """A command, or the definition of a function. A word that cannot be expanded ends the shell."""
        from vlearn.sim.containers.shell.commands import simple

        try:
            match command:
                case Function(name, body):
                    self.functions[name] = body
                    return 0
                case Redirected():
                    return (yield from self.compound(command, pipeline))
                case Simple():
                    return (yield from simple(self, command, pipeline, last))
        except expansion.ExpansionFault as fault:
            self.complain(str(fault))
            raise ExitShell(self.dialect.fatal_code) from None
        except ArithmeticFault as fault:
            self.say_arithmetic(str(fault))
            raise ExitShell(1 if self.dialect.name == "bash" else 2) from None

    def compound(self, command: Redirected, pipeline: Pipeline) -> Running:
        """A compound command, with its redirections around it."""
        if isinstance(command.command, Subshell):
            return (yield from subshell(self, command, pipeline))
        undo = yield from redirected(self, command.redirections)
        if undo is None:
            return self.dialect.redirection_code
        try:
            return (yield from inner(self, command))
        finally:
            undo()

    def call(self, body: Redirected, arguments: list[str]) -> Running:
        """A function, with its own arguments and local variables."""
        if self.depth >= DEEPEST:
            self.complain(f"maximum function nesting level exceeded ({DEEPEST})")
            raise ExitShell(2)
        before, self.positional = self.positional, arguments
        self.depth += 1
        self.locals.append({})
        try:
            return (yield from self.compound(body, Pipeline((body,), line=self.line)))
        except Return as back:
            return back.code
        finally:
            self.positional, self.depth = before, self.depth - 1
            self.end_local()

    # --- what expansion asks for ---

    def substitute(self, body: Sequence) -> Generator[Wait, None, str]:
        """What a list prints in a shell of its own, without the newlines at the end."""
        pipe = Pipe()
        end = ReadEnd(pipe)
        end.hold()
        try:
            streams: dict[int, Stream] = {**self.task.streams, 1: WriteEnd(pipe)}
            child = self.task.fork(lambda task: self.copy(task).child(body), streams)
        except SystemCallFailed as failed:
            self.substituted = no_fork(self, failed)
            return ""
        content = yield from end.read(self.task, -1)
        end.release(self.task)
        self.substituted = (yield from self.task.wait(child.pid)).shell
        return content.replace(b"\0", b"").decode("utf-8", "surrogateescape").rstrip("\n")

    # --- signals and messages ---

    def handlers(self) -> Generator[Wait, None, None]:
        """Between two commands: reap all children that have ended, own and adopted, and run the traps of signals."""
        for child in sorted(self.task.process.children):
            if self.task.child_ended(child):
                ended = self.task.reap(child)
                if child in self.jobs:
                    self.ended[child] = ended
        for signal in self.task.signals():
            if text := self.traps.get(signal, ""):
                status = self.status
                tree = parse(text)
                yield from self.sequence(tree)
                self.status = status


def _is_one_command(tree: Sequence) -> bool:
    """Whether a script is one simple command: then the shell executes it itself instead of forking."""
    if len(tree.items) != 1 or tree.items[0].background or tree.items[0].operators:
        return False
    pipeline = tree.items[0].pipelines[0]
    return len(pipeline.commands) == 1 and isinstance(pipeline.commands[0], Simple) and not pipeline.negated
