"""The shortest run of a model that ends in a state where something is wrong: what a bug hunt shows at its end."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from vlearn.errors import ModelError
from vlearn.trace import Model, Step, Trace

H = TypeVar("H", bound=Hashable)
A = TypeVar("A")


def shortest_run(
    model: Model[H, A], start: H, actions: Iterable[A], wrong: Callable[[H], object], limit: int = 100_000
) -> Trace[H] | None:
    """Breadth first over all orders of the actions; None if no reachable state is wrong.

    An action that takes several steps counts as that many. Raises ModelError beyond `limit` states.
    """
    choices = tuple(actions)
    came: dict[H, tuple[H, tuple[Step[H], ...]] | None] = {start: None}
    frontier = deque([start])
    while frontier:
        before = frontier.popleft()
        if wrong(before):
            return Trace(start, tuple(_steps(came, before)))
        for action in choices:
            taken = tuple(model(before, action))
            if taken and taken[-1].state not in came:
                came[taken[-1].state] = before, taken
                frontier.append(taken[-1].state)
        if len(came) > limit:
            raise ModelError(f"more than {limit} states are reachable: explore a smaller machine")
    return None


def _steps(came: dict[H, tuple[H, tuple[Step[H], ...]] | None], end: H) -> list[Step[H]]:
    steps: list[Step[H]] = []
    while (link := came[end]) is not None:
        end, taken = link
        steps[:0] = taken
    return steps
