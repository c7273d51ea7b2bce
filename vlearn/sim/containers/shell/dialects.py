"""Three shells that differ in their words and in a few habits: bash, dash (Debian's sh) and ash (busybox's sh)."""

from dataclasses import dataclass
from typing import Literal

from vlearn.sim.containers.errnos import SystemCallFailed

Name = Literal["bash", "dash", "ash"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """`prefix` begins each message of a script, with the shell's name and the line; `typed` those of a typed line."""

    name: Name
    prefix: str
    typed: str
    not_found: str
    no_fork: str
    no_fork_code: int
    redirection_code: int
    fatal_code: int
    write_error: str
    braces: bool = False
    echo_escapes: bool = False

    def begin(self, shell: str, line: int, typed: bool) -> str:
        """What stands before a message."""
        return (self.typed if typed else self.prefix).format(shell=shell, line=line)

    def cannot_run(self, word: str, failed: SystemCallFailed) -> tuple[str, int]:
        """The message and the exit code for a program that cannot be executed."""
        if failed.name == "ENOENT":
            if self.name == "bash" and "/" in word:
                return f"{word}: No such file or directory", 127
            return self.not_found.format(word=word), 127
        if self.name == "bash" and failed.name == "EACCES" and "is a dir" in failed.why:
            return f"{word}: Is a directory", 126
        if self.name == "bash" and failed.name == "ENOEXEC":
            return f"{word}: cannot execute binary file: Exec format error", 126
        return f"{word}: {failed.strerror}", 126

    def cannot_open(self, path: str, failed: SystemCallFailed, to_write: bool) -> str:
        """The message for a redirection that fails."""
        if self.name == "bash":
            return f"{path}: {failed.strerror}"
        missing = {True: "Directory nonexistent", False: "No such file"}[to_write]
        if self.name == "ash":
            missing = {True: "nonexistent directory", False: "no such file"}[to_write]
        verb = "create" if to_write else "open"
        why = missing if failed.name == "ENOENT" else failed.strerror
        return f"cannot {verb} {path}: {why}" if self.name == "dash" else f"can't {verb} {path}: {why}"


DIALECTS: dict[str, Dialect] = {
    "bash": Dialect(
        "bash", "{shell}: line {line}: ", "{shell}: ", "{word}: command not found",
        "fork: retry: {why}", 254, 1, 127, "{builtin}: write error: {why}", braces=True,
    ),
    "dash": Dialect(
        "dash", "{shell}: {line}: ", "{shell}: {line}: ", "{word}: not found",
        "Cannot fork", 2, 2, 2, "{builtin}: {builtin}: I/O error", echo_escapes=True,
    ),
    "ash": Dialect(
        "ash", "{shell}: ", "{shell}: ", "{word}: not found",
        "can't fork: {why}", 2, 1, 2, "write error: {why}",
    ),
}  # fmt: skip
