"""What a system call gives: an answer, which is the event that ends it; and how the kernel's own functions say no."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlearn.trace import Event, Step

if TYPE_CHECKING:
    from vlearn.sim.containers.kernel import Kernel


@dataclass(frozen=True, slots=True)
class Answer(Event):
    """The end of a system call: its value, or the errno as errno(3) names it. `kind` is the call's name or the errno.

    The type of `value` depends on the call; calls says it for each.
    """

    value: Any = None
    errno: str = ""


class Refusal(Exception):
    """Unwinds a system call that fails. `operate` turns it into an Answer; no caller of vlearn meets it.

    `kernel` is set where even the failed call has changed something.
    """

    def __init__(self, errno: str, why: str, kernel: "Kernel | None" = None) -> None:
        super().__init__(f"{errno}: {why}")
        self.errno, self.why, self.kernel = errno, why, kernel


@dataclass(frozen=True, slots=True)
class Done:
    """A call that went well: the kernel after it, its value, a sentence, and what happened on the way."""

    kernel: "Kernel"
    text: str
    value: Any = None
    touches: tuple[str, ...] = ()
    on_the_way: "tuple[Step[Kernel], ...]" = ()
