"""The signals of Linux on x86: their numbers, what each does to a process that has no handler, and how a life ended."""

from dataclasses import dataclass
from typing import Final, Literal

Default = Literal["end", "ignore", "stop", "continue"]

_NAMES = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG "
    "XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
)
SIGNALS: Final = {f"SIG{name}": number for number, name in enumerate(_NAMES.split(), 1)}

DEFAULTS: Final[dict[str, Default]] = {
    "SIGCHLD": "ignore",
    "SIGURG": "ignore",
    "SIGWINCH": "ignore",
    "SIGCONT": "continue",
    "SIGSTOP": "stop",
    "SIGTSTP": "stop",
    "SIGTTIN": "stop",
    "SIGTTOU": "stop",
}
"""What is not here ends the process."""

UNSTOPPABLE: Final = ("SIGKILL", "SIGSTOP")
"""No process can handle or ignore these."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: by exit(code), or by a signal."""

    code: int = 0
    signal: str = ""

    @property
    def shell(self) -> int:
        """`$?` of a shell that waited: the code, or 128 and the signal's number (137 is SIGKILL)."""
        return 128 + SIGNALS[self.signal] if self.signal else self.code

    def __str__(self) -> str:
        return f"killed by {self.signal}" if self.signal else f"exit code {self.code}"
