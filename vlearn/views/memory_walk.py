"""A native page walk: the address in fields, under each field the table it indexes, in each table the chosen entry lit.

The layout depends on the paging mode alone, so nothing moves while a run is played; only where an entry turns out to
map a large page do the fields and tables below it give way to a longer offset. `memory_nested` has two dimensions.
"""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.errors import ModelError
from vlearn.sim.memory.access import GeneralProtection
from vlearn.sim.memory.entries import flags, page_address
from vlearn.sim.memory.modes import size_name
from vlearn.sim.memory.state import Walk
from vlearn.trace import Event
from vlearn.views.memory_address import HEIGHT as FIELD
from vlearn.views.memory_address import Field, field_box, fields, sign_box
from vlearn.views.memory_ending import count_words, rights_words, running_strip, strip, strip_height
from vlearn.views.memory_table import HEAD, entry_top, head, outline, page_column, table_column, table_name
from vlearn.views.memory_visits import Moment, Visit
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    DONE,
    FAULT,
    OUTSIDE,
    READ,
    TITLE,
    WAITING,
    Shape,
    arrow,
    cross,
    drawing,
    text,
)

WIDTH, LEFT, GUTTER = 760, 60, 20
FIELDS, TABLES, FOOT = 28, 106, 362
MIDDLE = TABLES + HEAD / 2
"""Where the arrows to a table arrive."""

_FRESH = {"set-accessed": "A", "set-dirty": "D"}


def draw_walk(state: Walk, event: Event | None) -> tuple[Block, ...]:
    """The moment of a native walk as one figure. Raises ModelError for a guest's walk."""
    if state.eptp:
        raise ModelError("this walk goes through an EPT: draw it with draw_nested of vlearn.views.memory_nested")
    moment = Moment(state, event)
    svg = drawing(WIDTH, FOOT + strip_height(moment.end) + 2, _shapes(moment))
    return (Figure(svg, " ".join(_words(moment))),)


def _words(moment: Moment) -> Iterator[str]:
    state, visits = moment.state, moment.visits
    mode = state.registers.mode
    if state.access is None:
        yield f"A page walk in {mode.name}, before any access; CR3 is {state.registers.cr3:#x}."
        return
    yield f"A page walk in {mode.name} for a {state.access}."
    current = next((visit for visit in visits if moment.is_current(visit) and visit.number), None)
    if current:
        yield f"Reference {current.number} of at most {len(mode.levels)} is the {current.level.entry}."
    if visits:
        yield "Consulted so far: " + "; ".join(_entry_words(moment, visit) for visit in visits) + "."
    if moment.end:
        yield moment.end.words


def _entry_words(moment: Moment, visit: Visit) -> str:
    where = "in a register" if visit.address is None else f"at {visit.address:#x}"
    names = " ".join(flags(moment.state.registers.mode, visit.entry)) or "no flag"
    return f"{visit.level.entry} {visit.index} {where} is {visit.entry:#x} ({names})"


def _shapes(moment: Moment) -> Iterator[Shape]:
    state = moment.state
    mode = state.registers.mode
    levels = mode.structures
    width = (WIDTH - 2 - LEFT) / (len(levels) + 1) - GUTTER
    lefts = [LEFT + GUTTER + n * (width + GUTTER) for n in range(len(levels) + 1)]
    visits = {visit.level: visit for visit in moment.visits}
    yield text(2, 16, f"{mode.name}: {state.access or 'no access yet'}", size=TITLE, bold=True)
    if mode.register_bits > mode.linear_bits:
        yield from sign_box(mode, moment.address, 2, FIELDS, LEFT - 2, isinstance(state.outcome, GeneralProtection))
    yield from _cr3(moment, lefts[0])
    *indices, offset = fields(mode, moment.address, moment.leaf)
    for level, field, x, after in zip(levels, indices, lefts, lefts[1:], strict=False):
        visit = visits.get(level)
        current = visit is not None and moment.is_current(visit)
        yield from field_box(field, x, FIELDS, width, visit is not None, current)
        if visit is None:
            yield from outline(x, TABLES, width, table_name(mode, level), "cached" if moment.skips(level) else "")
            continue
        yield arrow((x + width / 2, FIELDS + FIELD), (x + width / 2, TABLES))
        look = FAULT if visit is moment.stuck else CURRENT if current else READ
        fresh = _FRESH.get(moment.event.kind, "") if moment.event and current else ""
        yield from table_column(mode, level, x, TABLES, width, visit, look, fresh, level is moment.leaf)
        right, top = x + width, TABLES + entry_top(visit, width) + 16
        if visit is moment.stuck:
            yield cross(right + GUTTER / 2, top)
        elif moment.leads_on(visit):
            bend = right + GUTTER / 2
            points = ((right, top), (bend, top), (bend, MIDDLE), (after, MIDDLE))
            yield arrow(*points, colour=BLUE if current else OUTSIDE, thickness=2 if current else 1.2)
    x = lefts[len(indices)]
    wide = lefts[-1] + width - x
    yield from field_box(offset, x, FIELDS, wide, moment.arrived)
    yield from _page(moment, offset, x, wide)
    if moment.end:
        count = len(state.references)
        yield from strip(moment.end, count_words(count, len(mode.levels)), 2, FOOT, WIDTH - 4)
    else:
        yield from running_strip(*_progress(moment), 2, FOOT, WIDTH - 4)


def _progress(moment: Moment) -> tuple[str, str]:
    """What the strip says while the walk goes on: how far it is, and what the entries so far allow."""
    count, most = len(moment.state.references), len(moment.state.registers.mode.levels)
    if moment.state.access is None:
        return "Before the walk", f"a walk reads at most {most} entries, one in each table"
    return f"Reference {count} of at most {most}", f"the entries so far allow: {rights_words(moment.rights)}"


def _cr3(moment: Moment, first: float) -> Iterator[Shape]:
    """CR3 and the arrow to the table at the root; dashed where MOV to CR3 followed it once, before the walk."""
    registers = moment.state.registers
    yield from head(2, TABLES, LEFT - 2, "CR3", f"{registers.cr3:#x}")
    if moment.visits and moment.visits[0].level is registers.mode.structures[0]:
        yield arrow((LEFT, MIDDLE), (first, MIDDLE), dashes="3 3" if registers.mode.loaded else None)


def _page(moment: Moment, offset: Field, x: float, width: float) -> Iterator[Shape]:
    """The page, once an entry that maps it is known."""
    last = moment.visits[-1] if moment.visits else None
    if last is None or last.level is not moment.leaf or not moment.leads_on(last):
        yield from outline(x, TABLES, width, "page")
        return
    page = page_address(moment.state.registers.mode, last.level, last.entry)
    name = f"{size_name(last.level.span)} page"
    yield from page_column(x, TABLES, width, name, page, offset.value or 0, DONE if moment.arrived else WAITING)
    if moment.arrived:
        yield arrow((x + width / 2, FIELDS + FIELD), (x + width / 2, TABLES))
