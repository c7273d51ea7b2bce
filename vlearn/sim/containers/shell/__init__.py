"""The user space of the kernel model: a little shell, and the programs that it starts, as Python generators.

    host = Host.boot(filesystem_of(entries()))                      # a root file system with these programs
    run(host, 1, "echo hello | wc -c")                              # Finished(output="6\\n", errors="", code=0)
    shell = Shell(host, host.spawn(1, "bash"))                      # one shell: directory, variables, jobs stay
    shell.run("cd /tmp; sleep 5 &"); shell.run("wait $!; echo $?; pwd").output
    shell.trace("unshare -u hostname box").kinds                    # the same as a Trace[Kernel], for a player

    task = execute(host, pid, ["nginx"], environment={...})         # a process becomes a program that runs on
    space = Userspace.of(host)                                      # all programs of a machine, and their time
    space.settle()                                                  # until everybody waits; no time passes
    space.advance(10)                                               # ten seconds of the machine, for everybody
    task.terminal.text(); host.process(pid).ended                   # what it printed; how it ended (signals.Ended)

`run` and `Shell.run` go on until the command line ends. What nobody can end any more (an endless loop, a wait for
nothing) is interrupted at `Bounds` of turns and seconds: exit code 130 and a sentence that begins with "vlearn:".
`execute` raises SystemCallFailed as execve(2) refuses (ENOENT, EACCES, ENOEXEC); the caller stays the parent and
reaps. Signals sent by `host.kill` reach handlers of programs (`trap`) with the next turn.

A program is what the first line of an executable file says (`program(name)` makes such a file's entry), so it can be
copied, renamed and left out, and what is not in the file system of a container is not found there (127). A file that
begins with #! is a script. Time is the model's: a command takes none, `sleep` lets it pass, a turn of `while` takes a
millisecond; jobs take turns in the order of their pids. Unsupported syntax and options are refused by name with exit
code 2, and listed in `Finished.unsupported`. Left out: terminals and job control, process groups, aliases, `[[`, `<<<`.
"""

from vlearn.sim.containers.shell.errors import NotModelled, ShellSyntaxError
from vlearn.sim.containers.shell.parser import parse
from vlearn.sim.containers.shell.root import entries, program
from vlearn.sim.containers.shell.running import Finished, Shell, execute, run
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.shell.userspace import Bounds, Userspace

__all__ = [
    "Bounds",
    "Finished",
    "NotModelled",
    "Shell",
    "ShellSyntaxError",
    "Task",
    "Terminal",
    "Userspace",
    "entries",
    "execute",
    "parse",
    "program",
    "run",
]
