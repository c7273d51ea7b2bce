"""The words every model shares: an event, a step, and a trace, which is a whole run of a model as one value.

A lesson plays a trace, an exercise asks for its next step, a question generator computes a key from it, and a
conformance test compares it with the real thing. A model is a generator that yields steps and mutates nothing.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Generic, TypeVar

from vlearn.errors import ModelError

S = TypeVar("S")
A = TypeVar("A")
H = TypeVar("H", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, in a sentence, and which parts of the state it touched (names that views highlight)."""

    kind: str
    text: str
    touches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """An event and the state after it."""

    event: Event
    state: S


@dataclass(frozen=True, slots=True)
class Trace(Generic[S]):
    """A finished run: the state it started from and every step. Displays itself as a table, without a kernel."""

    start: S
    steps: tuple[Step[S], ...]

    @property
    def final(self) -> S:
        """The state after the last step; the start if nothing happened."""
        return self.steps[-1].state if self.steps else self.start

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of every event in order: the golden form of a run in tests."""
        return tuple(step.event.kind for step in self.steps)

    def state_at(self, moment: int) -> S:
        """The state after `moment` steps: 0 is the start, len(trace) the final state."""
        if not 0 <= moment <= len(self.steps):
            raise ModelError(f"this run has moments 0 to {len(self.steps)}; there is no moment {moment}")
        return self.steps[moment - 1].state if moment else self.start

    def __len__(self) -> int:
        return len(self.steps)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{n}</td>{_left('td', s.event.kind)}{_left('td', s.event.text)}</tr>"
            for n, s in enumerate(self.steps, 1)
        )
        head = (
            f"<tr><th scope=col>Step</th>{_left('th scope=col', 'Kind')}{_left('th scope=col', 'What happened')}</tr>"
        )
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _left(tag: str, text: str) -> str:
    """A cell of words: notebooks set cells to the right, as is fit for numbers."""
    return f'<{tag} style="text-align:left">{escape(text)}</{tag.split()[0]}>'


Model = Callable[[S, A], Iterator[Step[S]]]


def run(model: Model[S, A], start: S, actions: Iterable[A]) -> Trace[S]:
    """Give the model one action after another, each from the state the last one left."""
    steps: list[Step[S]] = []
    state = start
    for action in actions:
        for step in model(state, action):
            steps.append(step)
            state = step.state
    return Trace(start, tuple(steps))


def reachable(model: Model[H, A], start: H, actions: Iterable[A], limit: int = 100_000) -> frozenset[H]:
    """Every state that some sequence of the actions leads through. Raises ModelError beyond `limit` states."""
    choices = tuple(actions)
    seen, frontier = {start}, [start]
    while frontier:
        before = frontier.pop()
        for action in choices:
            through = [step.state for step in model(before, action)]
            if through and through[-1] not in seen:
                frontier.append(through[-1])
            seen.update(through)
            if len(seen) > limit:
                raise ModelError(f"more than {limit} states are reachable: explore a smaller machine")
    return frozenset(seen)
