"""A migration at one moment: the pages at both hosts, and the rounds so far."""

from vlearn.blocks import Block
from vlearn.sim.migration.state import Migration
from vlearn.trace import Event
from vlearn.views.migration_pages import draw_pages
from vlearn.views.migration_timeline import rounds_table


def draw_migration(state: Migration, event: Event | None) -> tuple[Block, ...]:
    """The memories as a drawing, the rounds as a table once there is one."""
    pages = draw_pages(state, event)
    return (pages, rounds_table(state.report)) if state.rounds else (pages,)
