"""A shell of test size over the models of cgroups and network namespaces: it runs the command of a recorded fact.

Of bash: lists, pipes, &, redirections, quotes, $VARIABLES, $(...), `for`. Of programs: those in the tables at the end,
and `python3 -c` with modules that ask the models. What it cannot run raises NotModelled.
"""

import os
import re
from dataclasses import dataclass, field, replace

from tests.conformance import kernel_python
from vlearn.sim.containers.answers import Answer, Refusal
from vlearn.sim.containers.cgroups import access, processes
from vlearn.sim.containers.cgroups.files_core import cpus_of
from vlearn.sim.containers.cgroups.memory import Allocate, use_memory
from vlearn.sim.containers.cgroups.state import Cgroups, Machine
from vlearn.sim.containers.network import sockets
from vlearn.sim.containers.network.command import ip
from vlearn.sim.containers.network.ping import ping
from vlearn.sim.containers.network.state import Networks
from vlearn.trace import run

FORK_FAILED = "bash: fork: retry: Resource temporarily unavailable\n"


class NotModelled(Exception):
    """The command needs something that this shell does not have."""


class Killed(Exception):
    """The process that runs is dead."""


def strerror(errno: str) -> str:
    return os.strerror(getattr(__import__("errno"), errno))


@dataclass
class Kernel:
    """The machine that all shells of a fact share."""

    cgroups: Cgroups
    networks: Networks
    files: dict[str, str] = field(default_factory=dict)
    next_pid: int = 100

    @classmethod
    def as_recorded(cls) -> "Kernel":
        """Version 1 with two processors, and the group rsr in each hierarchy, as the recorder made it."""
        cgroups = Cgroups.legacy(Machine(cpus=2), pids=(1, 2))
        for name in ("memory", "cpu", "pids", "freezer"):
            cgroups = access.make_group(cgroups, f"{name}/rsr")
        return cls(cgroups, Networks.boot(1))

    def fork(self, parent: int) -> int | None:
        self.next_pid += 1
        self.cgroups, errno = processes.fork(self.cgroups, parent, self.next_pid)
        return None if errno else self.next_pid

    def end(self, pid: int) -> None:
        self.cgroups = processes.reap(self.cgroups, pid)
        self.networks = sockets.close_all(self.networks, pid)

    def allocate(self, pid: int, size: int) -> None:
        trace = run(use_memory, self.cgroups, [Allocate(pid, size)])
        self.cgroups = trace.final
        last = trace.steps[-1].event
        if pid in self.cgroups.zombies:
            raise Killed
        if isinstance(last, Answer) and last.value is None:
            raise NotModelled("a process that waits for memory for ever")


@dataclass
class Shell:
    """One process that runs commands, in a network namespace. What it prints is gathered in `out` and `err`."""

    kernel: Kernel
    pid: int = 2
    space: int = 1
    variables: dict[str, str] = field(default_factory=dict)
    out: str = ""
    err: str = ""
    status: int = 0
    last: int = 0

    def script(self, text: str) -> int:
        for separator, command, background in split(text):
            if (separator == "&&" and self.status) or (separator == "||" and not self.status):
                continue
            self.status = self._background(command) if background else self.command(command)
        return self.status

    def command(self, text: str) -> int:
        if found := re.match(r"for (\w+) in (.*?); do (.*)done$", text.strip(), re.S):
            for value in self.words(found[2]):
                self.variables[found[1]] = value
                self.script(found[3])
            return self.status
        *before, final = pipes(text)
        fed = None
        for part in before:
            fed = self.captured(part, fed)
        return self._simple(final, fed)

    def captured(self, text: str, fed: str | None = None) -> str:
        inner = replace(self, variables=dict(self.variables), out="", err="")
        inner._simple(text, fed)
        self.err += inner.err
        return inner.out

    def words(self, text: str) -> list[str]:
        return [word for piece in tokens(text) for word in self._expanded(piece)]

    def _background(self, text: str) -> int:
        child = self.kernel.fork(self.pid)
        if child is None:
            self.err += FORK_FAILED
            return 1
        if self.words(text)[0] != "sleep":
            raise NotModelled(f"in the background: {text}")
        self.last = child
        return 0

    def _simple(self, text: str, fed: str | None) -> int:
        text, joined = re.subn(r"\s2>&1", " ", text)
        text, silent = re.subn(r"\s2>\s*/dev/null", " ", text)
        pieces, target = tokens(text), None
        if ">" in pieces:
            at = pieces.index(">")
            target = "".join(self._expanded(pieces[at + 1]))
            pieces = pieces[:at] + pieces[at + 2 :]
        arguments = [word for piece in pieces for word in self._expanded(piece)]
        if not arguments:
            return self.status
        if re.fullmatch(r"\w+=.*", arguments[0]):
            name, _, value = arguments[0].partition("=")
            self.variables[name] = value
            return 0
        inner = replace(self, variables=self.variables, out="", err="")
        status = inner.program(arguments, fed)
        self.last = inner.last
        self.err += "" if silent or joined else inner.err
        if target is None:
            self.out += (inner.err if joined else "") + inner.out
            return status
        return self._into(target, inner.out) or status

    def _into(self, target: str, text: str) -> int:
        if not target.startswith("/sys/fs/cgroup"):
            self.kernel.files[target] = text
            return 0
        try:
            self.kernel.cgroups = access.write(self.kernel.cgroups, target, text, replace(access.ROOT, pid=self.pid))
        except Refusal as refusal:
            opening = refusal.errno in ("ENOENT", "EISDIR") or "nobody can make one" in refusal.why
            what = target if opening and "controller" not in refusal.why else "echo: write error"
            self.err += f"bash: line 1: {what}: {strerror(refusal.errno)}\n"
            return 1
        return 0

    def not_modelled(self, what: str) -> Exception:
        return NotModelled(what)

    def program(self, arguments: list[str], fed: str | None = None) -> int:
        name, *rest = arguments
        if name not in PROGRAMS:
            raise NotModelled(f"the program {name}")
        return PROGRAMS[name](self, rest, fed)

    def child(self, arguments: list[str], space: int | None = None) -> int:
        """Fork, run a program, wait for it."""
        pid = self.kernel.fork(self.pid)
        if pid is None:
            self.err += FORK_FAILED
            return 254
        inner = Shell(self.kernel, pid, self.space if space is None else space, dict(self.variables))
        try:
            status = inner.program(arguments)
        except Killed:
            status = 137
        self.kernel.end(pid)
        self.out, self.err = self.out + inner.out, self.err + inner.err
        return status

    def _expanded(self, piece: str) -> list[str]:
        """A token with its quotes resolved and its variables replaced; an unquoted one may become several words."""
        parts = re.findall(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:\\.|[^'\"\\])+", piece)
        done, quoted = "", False
        for part in parts:
            if part[0] == "'":
                done, quoted = done + part[1:-1], True
            elif part[0] == '"':
                done, quoted = done + self._variables(re.sub(r'\\(["\\$`])', r"\1", part[1:-1])), True
            else:
                done += self._variables(part)
        return [done] if quoted else done.split()

    def _variables(self, text: str) -> str:
        text = re.sub(r"\$\(((?:[^()]|\([^()]*\))*)\)", lambda found: self.captured(found[1]).rstrip("\n"), text)
        special = {"?": str(self.status), "!": str(self.last), "$": str(self.pid)}
        return re.sub(r"\$([?!$]|\w+)", lambda found: special.get(found[1], self.variables.get(found[1], "")), text)


def tokens(text: str) -> list[str]:
    """Words with their quotes still on, and > apart."""
    return re.findall(r">|(?:'[^']*'|\"(?:\\.|[^\"\\])*\"|\$\((?:[^()]|\([^()]*\))*\)|\\.|[^\s>'\"\\])+", text)


def split(text: str) -> list[tuple[str, str, bool]]:
    """The commands of a list: what stands before each (;, && or ||), the command, whether & stands behind it."""
    parts, separator, depth, now = [], ";", 0, ""
    for piece in re.findall(
        r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\$\((?:[^()]|\([^()]*\))*\)|2>&1|&&|\|\||[;&\n]|[^\s;&|]+|\s|.", text
    ):
        depth += (piece == "do") - (piece == "done")
        if depth == 0 and now.lstrip().startswith("for ") and not now.rstrip().endswith("done") and piece != "done":
            now += piece
        elif depth == 0 and piece in (";", "&&", "||", "&", "\n"):
            if now.strip():
                parts.append((separator, now.strip(), piece == "&"))
            separator, now = (piece if piece in ("&&", "||") else ";"), ""
        else:
            now += piece
    return [*parts, (separator, now.strip(), False)] if now.strip() else parts


def pipes(text: str) -> list[str]:
    found = re.findall(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\|\||\||[^|'\"]+", text)
    parts = [""]
    for piece in found:
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _echo(shell: Shell, words: list[str], fed: str | None) -> int:
    shell.out += f"{' '.join(words)}\n"
    return 0


def _cat(shell: Shell, words: list[str], fed: str | None) -> int:
    status = 0
    for path in words:
        try:
            in_group = path.startswith("/sys/fs/cgroup")
            shell.out += access.read(shell.kernel.cgroups, path) if in_group else shell.kernel.files[path]
        except (Refusal, KeyError) as problem:
            status, errno = 1, problem.errno if isinstance(problem, Refusal) else "ENOENT"
            shell.err += f"cat: {path}: {strerror(errno)}\n"
    return status


def _mkdir(shell: Shell, words: list[str], fed: str | None) -> int:
    for path in (word for word in words if not word.startswith("-")):
        try:
            shell.kernel.cgroups = access.make_group(shell.kernel.cgroups, path)
        except Refusal as refusal:
            if refusal.errno != "EEXIST" or "-p" not in words:
                shell.err += f"mkdir: cannot create directory ‘{path}’: {strerror(refusal.errno)}\n"
                return 1
    return 0


def _rmdir(shell: Shell, words: list[str], fed: str | None) -> int:
    for path in words:
        try:
            shell.kernel.cgroups = access.remove_group(shell.kernel.cgroups, path)
        except Refusal as refusal:
            shell.err += f"rmdir: failed to remove '{path}': {strerror(refusal.errno)}\n"
            return 1
    return 0


def _kill(shell: Shell, words: list[str], fed: str | None) -> int:
    for word in (word for word in words if not word.startswith("-")):
        shell.kernel.end(int(word))
    return 0


def _bash(shell: Shell, words: list[str], fed: str | None) -> int:
    return shell.child(["(script)", words[words.index("-c") + 1]])


def _script(shell: Shell, words: list[str], fed: str | None) -> int:
    return shell.script(words[0])


def _exec(shell: Shell, words: list[str], fed: str | None) -> int:
    return (
        PROGRAMS[f"exec {words[0]}"](shell, words[1:], fed) if f"exec {words[0]}" in PROGRAMS else shell.program(words)
    )


def _unshare(shell: Shell, words: list[str], fed: str | None) -> int:
    if words[0] != "-n":
        raise NotModelled(f"unshare {words[0]}")
    number = max(shell.kernel.networks.namespaces) + 1
    shell.kernel.networks = shell.kernel.networks.add(number)
    status = shell.child(words[1:], number)
    shell.kernel.networks = shell.kernel.networks.remove(number)
    return status


def _ip(shell: Shell, words: list[str], fed: str | None) -> int:
    if words[:2] == ["netns", "exec"]:
        if words[2] in shell.kernel.networks.names:
            return shell.child(words[3:], shell.kernel.networks.names[words[2]])
        words = ["-n", words[2], "link"]
    shell.kernel.networks, said = ip(shell.kernel.networks, shell.space, words)
    shell.out, shell.err = shell.out + said.stdout, shell.err + said.stderr
    return said.status


def _ping(shell: Shell, words: list[str], fed: str | None) -> int:
    shell.kernel.networks, said, _ = ping(shell.kernel.networks, shell.space, words)
    shell.out, shell.err = shell.out + said.stdout, shell.err + said.stderr
    return said.status


def _tail(shell: Shell, words: list[str], fed: str | None) -> int:
    shell.out += "".join((fed or "").splitlines(keepends=True)[-int(words[0].removeprefix("-n").lstrip("-") or 10) :])
    return 0


def _head(shell: Shell, words: list[str], fed: str | None) -> int:
    shell.out += "".join((fed or "").splitlines(keepends=True)[: int(words[0].lstrip("-n") or words[1])])
    return 0


def _grep(shell: Shell, words: list[str], fed: str | None) -> int:
    pattern, *paths = [word for word in words if not word.startswith("-")]
    text = fed or ""
    for path in paths:
        own = path == "/proc/self/cgroup"
        text += access.membership(shell.kernel.cgroups, shell.pid) if own else access.read(shell.kernel.cgroups, path)
    lines = [line for line in text.splitlines(keepends=True) if re.search(pattern, line)]
    shell.out += "".join(lines)
    return 0 if lines else 1


def _nproc(shell: Shell, words: list[str], fed: str | None) -> int:
    tree, path = shell.kernel.cgroups.group_of(shell.pid, "cpuset")
    shell.out += f"{len(cpus_of(tree, path, shell.kernel.cgroups.machine.cpus))}\n"
    return 0


def _python(shell: Shell, words: list[str], fed: str | None) -> int:
    return shell.child(["exec python3", *words])


def _nothing(shell: Shell, words: list[str], fed: str | None) -> int:
    return 0


PROGRAMS = {
    "(script)": _script,
    "bash": _bash,
    "cat": _cat,
    "echo": _echo,
    "exec": _exec,
    "exec python3": kernel_python.execute,
    "grep": _grep,
    "head": _head,
    "ip": _ip,
    "kill": _kill,
    "mkdir": _mkdir,
    "nproc": _nproc,
    "ping": _ping,
    "python3": _python,
    "rmdir": _rmdir,
    "sleep": _nothing,
    "tail": _tail,
    "true": _nothing,
    "unshare": _unshare,
    "wait": _nothing,
}
