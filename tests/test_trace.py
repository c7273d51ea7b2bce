from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.trace import Event, Step, Trace, reachable, run

# A counter that stops at 3. An action is how far to count: each unit is a step, and hitting the stop is an event.
STOP = 3


def counter(value: int, by: int) -> Iterator[Step[int]]:
    for _ in range(by):
        if value == STOP:
            yield Step(Event("saturate", f"the counter stays at {STOP}"), value)
        else:
            value += 1
            yield Step(Event("count", f"the counter reads {value}", ("value",)), value)


# Two processes that each add one to a shared number: load it, then store the sum. An action is who moves next.
@dataclass(frozen=True, slots=True)
class Race:
    shared: int = 0
    loaded: tuple[int | None, int | None] = (None, None)
    done: tuple[bool, bool] = (False, False)


def put(pair: tuple, place: int, value: object) -> tuple:
    return tuple(value if n == place else old for n, old in enumerate(pair))


def interleaved(race: Race, who: int) -> Iterator[Step[Race]]:
    if race.done[who]:
        return
    if (seen := race.loaded[who]) is None:
        after = replace(race, loaded=put(race.loaded, who, race.shared))
        yield Step(Event("load", f"process {who} loads {race.shared}"), after)
    else:
        after = replace(race, shared=seen + 1, done=put(race.done, who, True))
        yield Step(Event("store", f"process {who} stores {seen + 1}"), after)


def locked(race: Race, who: int) -> Iterator[Step[Race]]:
    """Load and store as one action: nobody moves in between."""
    for _ in range(2):
        for step in interleaved(race, who):
            yield step
            race = step.state


def outcomes(states: frozenset[Race]) -> set[int]:
    return {race.shared for race in states if all(race.done)}


counts = st.lists(st.integers(0, 5), max_size=8)


def test_a_run_records_every_step_of_every_action():
    trace = run(counter, 0, [2, 0, 3])
    assert trace.kinds == ("count", "count", "count", "saturate", "saturate")
    assert [step.state for step in trace.steps] == [1, 2, 3, 3, 3]
    assert trace.steps[0].event.touches == ("value",)


def test_a_run_of_nothing_ends_where_it_starts():
    trace = run(counter, 2, [])
    assert (trace.start, trace.final, trace.kinds, len(trace)) == (2, 2, (), 0)


@settings(deadline=None)
@given(counts)
def test_a_run_steps_through_states_from_its_start_to_its_final_state(actions):
    trace = run(counter, 0, actions)
    states = [trace.state_at(moment) for moment in range(len(trace) + 1)]
    assert states == [trace.start, *(step.state for step in trace.steps)]
    assert states[-1] == trace.final == min(sum(actions), STOP)
    assert len(trace) == len(trace.kinds) == sum(actions)


@settings(deadline=None)
@given(counts, counts)
def test_a_run_can_be_continued_from_its_final_state(before, after):
    first = run(counter, 0, before)
    second = run(counter, first.final, after)
    assert run(counter, 0, before + after) == Trace(0, first.steps + second.steps)


@pytest.mark.parametrize("moment", [-1, 3, 100])
def test_a_moment_outside_the_run_is_refused_with_the_moments_that_exist(moment):
    with pytest.raises(ModelError, match=f"moments 0 to 2; there is no moment {moment}$"):
        run(counter, 0, [2]).state_at(moment)


def test_actions_may_come_from_a_generator_and_are_asked_for_one_at_a_time():
    given_out = []

    def actions():
        for by in (1, 1):
            given_out.append(by)
            yield by

    def watched(value: int, by: int) -> Iterator[Step[int]]:
        assert len(given_out) == value + 1
        return counter(value, by)

    assert run(watched, 0, actions()).final == 2


def test_events_steps_and_traces_are_values_that_nobody_changes():
    first, second = run(counter, 0, [2]), run(counter, 0, [2])
    assert first == second
    assert hash(first) == hash(second)
    for value, field in ((first, "start"), (first.steps[0], "state"), (first.steps[0].event, "kind")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field, None)


class Cells(HTMLParser):
    """The table as a browser would read it: the text of each cell, by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        self.rows[-1][-1] += data


def cells(trace: Trace) -> Cells:
    parser = Cells()
    parser.feed(trace._repr_html_())
    parser.close()
    return parser


def test_a_trace_shows_itself_as_a_table_of_its_events():
    assert cells(run(counter, 2, [2])).rows == [
        ["Step", "Kind", "What happened"],
        ["1", "count", "the counter reads 3"],
        ["2", "saturate", "the counter stays at 3"],
    ]


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(
    ["<script>", "&amp;", "</td><td>", '"']
)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_whatever_an_event_says_is_shown_as_text_and_never_as_markup(said):
    table = cells(Trace(0, tuple(Step(Event(kind, text), 0) for kind, text in said)))
    assert table.rows[1:] == [[str(n), kind, text] for n, (kind, text) in enumerate(said, 1)]
    assert table.tags <= {"table", "thead", "tbody", "tr", "th", "td"}


def test_the_states_that_actions_lead_through_are_reachable_and_so_is_the_start():
    assert reachable(counter, 0, [1]) == {0, 1, 2, 3}
    assert reachable(counter, 0, [2]) == {0, 1, 2, 3}
    assert reachable(counter, 2, [1]) == {2, 3}
    assert reachable(counter, 1, []) == {1}
    assert reachable(counter, 1, [0]) == {1}


@settings(deadline=None)
@given(st.lists(st.integers(0, 1), max_size=8))
def test_no_run_leaves_the_reachable_states(schedule):
    states = reachable(interleaved, Race(), [0, 1])
    trace = run(interleaved, Race(), schedule)
    assert {trace.start, *(step.state for step in trace.steps)} <= states


def test_an_update_can_be_lost_when_two_processes_interleave():
    assert outcomes(reachable(interleaved, Race(), [0, 1])) == {1, 2}


def test_no_update_is_lost_when_load_and_store_are_one_action():
    assert outcomes(reachable(locked, Race(), [0, 1])) == {2}


def test_states_inside_an_action_are_reachable_but_no_action_starts_there():
    halfway = Race(loaded=(0, None))
    states = reachable(locked, Race(), [0, 1])
    assert halfway in states
    assert Race(loaded=(0, 0)) not in states


def test_exploration_gives_up_beyond_its_limit():
    def endless(value: int, by: int) -> Iterator[Step[int]]:
        yield Step(Event("count", "one more"), value + by)

    with pytest.raises(ModelError, match="more than 50 states are reachable"):
        reachable(endless, 0, [1, 2], limit=50)
    assert reachable(counter, 0, [1], limit=4) == {0, 1, 2, 3}
