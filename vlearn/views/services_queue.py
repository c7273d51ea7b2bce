"""A work queue at a moment: what is ready, what each consumer holds unacknowledged, what is done, what was given up."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.sim.services.messages.queue_state import Message, WorkQueue
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.services_rows import ROW, Cell, Row, rows_drawn, rows_said
from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST, PLAIN, Look, drawing

GOOD = ("ack",)
BAD = ("close", "dead-letter", "channel-error", "reject-publish")


def draw_queue(state: WorkQueue, event: Event | None = None) -> tuple[Block, ...]:
    """A row for each place. A message that has been delivered before says `again`."""
    rows = tuple(_rows(state, event))
    height = 4 + len(rows) * ROW
    shapes = [*rows_drawn(rows, 2), *strip(event, "Before the first action", height + 4, GOOD, BAD)]
    return (Figure(drawing(WIDTH, height + STRIP + 10, shapes), f"{rows_said(rows)}{sentence(event)}"),)


def _rows(state: WorkQueue, event: Event | None) -> Iterator[Row]:
    touched = event.touches if event else ()
    limit = f"at most {state.max_length}" if state.max_length is not None else "in the order of publishing"
    yield Row("ready", [_cell(one, touched) for one in state.ready], limit)
    for consumer in state.consumers:
        held = [Cell(f"{tag}: {_name(message)}", _look(message, touched)) for tag, message in consumer.unacked]
        prefetch = f"prefetch {consumer.prefetch or 'unlimited'}"
        yield Row(consumer.name, held, f"tag: message, {prefetch}", consumer.name in touched)
    yield Row("acknowledged", [Cell(name, CURRENT if name in touched else DONE) for name in state.acked], "and gone")
    yield Row("dead letters", [Cell(name, FAULT) for name, _ in state.dead], _reasons(state))


def _reasons(state: WorkQueue) -> str:
    return ", ".join(dict.fromkeys(reason for _, reason in state.dead)) or "none so far"


def _cell(message: Message, touched: tuple[str, ...]) -> Cell:
    return Cell(_name(message), _look(message, touched))


def _name(message: Message) -> str:
    return f"{message.name} again" if message.redelivered else message.name


def _look(message: Message, touched: tuple[str, ...]) -> Look:
    return CURRENT if message.name in touched else GUEST if message.redelivered else PLAIN
