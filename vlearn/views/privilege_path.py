"""A path that is followed stage by stage: its staircase as far as it has been climbed, and what happens there."""

from vlearn.blocks import Block, Text
from vlearn.sim.monitors.paths.following import Followed
from vlearn.trace import Event
from vlearn.views.privilege import draw_path


def draw_followed(state: Followed, event: Event | None) -> tuple[Block, ...]:
    """The path up to the present stage, and a list of what the run says of it."""
    told = "\n".join(f"- {text}" for text in state.stage.events) or "- the process runs"
    return (*draw_path(state.path, state.reached), Text(told))
