"""What a shell says: about scripts it cannot read, commands that fail, children that signals have ended."""

import re
from contextlib import suppress

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import BrokenPipe, ShellSyntaxError
from vlearn.sim.containers.shell.variables import Variables
from vlearn.sim.containers.signals import SIGNALS, Ended

DEATHS = {
    "SIGKILL": "Killed", "SIGTERM": "Terminated", "SIGSEGV": "Segmentation fault", "SIGHUP": "Hangup",
    "SIGUSR1": "User defined signal 1", "SIGUSR2": "User defined signal 2", "SIGALRM": "Alarm clock",
    "SIGQUIT": "Quit", "SIGABRT": "Aborted", "SIGFPE": "Floating point exception",
}  # fmt: skip


class Messages(Variables):
    """A shell's messages, in the words of its dialect."""

    def complain(self, text: str) -> None:
        """A message of the shell itself."""
        begin = self.dialect.begin(self.name, self.line, self.typed)
        with suppress(BrokenPipe, SystemCallFailed):
            self.task.write(f"{begin}{text}\n", 2)

    def report(self, pid: int, how: Ended, source: str) -> None:
        """What a shell says of a foreground child that a signal has ended: nothing for SIGINT and SIGPIPE."""
        if not how.signal or how.signal in ("SIGINT", "SIGPIPE"):
            return
        words = DEATHS.get(how.signal, f"Signal {SIGNALS[how.signal]}")
        if self.dialect.name == "bash" and not self.typed and how.signal != "SIGTERM":
            self.complain(f"{pid:5} {words:<23} {source}")
        else:
            self.task.write(f"{words}\n", 2)

    def say_what_is_wrong(self, wrong: ShellSyntaxError, text: str) -> None:
        """A script that cannot be read, in the dialect's words."""
        if not wrong.supported:
            self.task.write(f"vlearn: {self.name}: {wrong}\n", 2)
        elif self.dialect.name != "bash" or not wrong.token:
            self.complain(wrong.what)
        else:
            begin = f"{self.name}: {'' if self.typed else '-c: '}"
            if wrong.token == "end":
                lines = [f"line {text.count(chr(10)) + 2}: syntax error: unexpected end of file"]
            else:
                source = text.splitlines()[wrong.line - 1]
                line = f"line {wrong.line}: "
                lines = [f"{line}syntax error near unexpected token `{wrong.token}'", f"{line}`{source}'"]
            self.task.write("".join(f"{begin}{line}\n" for line in lines), 2)

    def say_arithmetic(self, text: str) -> None:
        """An expression that cannot be worked out."""
        if self.dialect.name == "bash" and "division by zero" in text:
            expression = text.partition('"')[2][:-1]
            text = f'{expression}: division by 0 (error token is "{re.split("[/%]", expression)[-1].strip()}")'
        self.complain(text)
