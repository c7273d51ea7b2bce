"""Pipelines, commits and queues as they are drawn: what they say is what the model did, and nothing collides."""

import pytest

from tests.sim.delivery.pipeline_files import JENKINSFILE, WORKFLOW
from tests.views.geometry import SVG, boxes_of, collisions, root_of, texts_of
from vlearn.sim.delivery import running
from vlearn.sim.delivery.artifacts import short
from vlearn.sim.delivery.changes import Change
from vlearn.sim.delivery.commit import Delivery, Push, Release, RollBack, deliver
from vlearn.sim.delivery.jenkinsfile import read_jenkinsfile
from vlearn.sim.delivery.job import Job
from vlearn.sim.delivery.merge_queue import Merge, MergeQueue, work
from vlearn.sim.delivery.pipeline import Pipeline, with_minutes
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT, INTEGRATION
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.trace import run
from vlearn.views import delivery_lane, delivery_pipeline
from vlearn.views.delivery_axis import marks, pace
from vlearn.views.delivery_file import draw_file, noted
from vlearn.views.delivery_gantt import bars, draw_gantt
from vlearn.views.delivery_queue import draw_queue, queue_player, runs
from vlearn.views.delivery_tables import diagnoses, fates
from vlearn.views.delivery_words import LOOKS, minutes, names, short_of

REVIEWERS = {"production": ("ana",)}
SHOP = with_minutes(read_jenkinsfile(JENKINSFILE), {"Build": 4, "Lint": 2, "Unit": 6})
ACTIONS = read_workflow(WORKFLOW, REVIEWERS)


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def ran(pipeline, *acts, runners=2):
    return run(run_pipeline, running.PipelineRun(pipeline, runners), acts)


RETRIED = ran(SHOP, running.Push("main", (("Unit", 1),)), running.Approve("Deploy", "bo", 5))
REJECTED = ran(ACTIONS, running.Push("main"), running.Reject("deploy", "ana", 3))
TRACES = [
    RETRIED,
    REJECTED,
    ran(SHOP, running.Push("feature", (("Lint", 1),)), runners=1),
    ran(ACTIONS, running.Push("feature", (("test (3.11, ubuntu)", 9),))),
    ran(ACTIONS, running.Push("nowhere")),
]


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: f"{trace.final.branch} {trace.final.result}")
def test_a_pipeline_is_drawn_with_every_status_at_every_moment(trace):
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        (figure,) = delivery_pipeline.draw(state, event)
        assert collisions(figure.svg) == []
        for job in state.pipeline.jobs:
            assert f"{job.name} {'waits for' if delivery_pipeline.status(state, job) == 'held' else ''}" in figure.alt
        fills = [rect.get("fill") for rect in root_of(figure.svg).iter(f"{SVG}rect")]
        wanted = [LOOKS[delivery_pipeline.status(state, job)].fill for job in state.pipeline.jobs]
        assert fills[: len(wanted)] == wanted


def test_a_held_job_says_for_whom_it_waits():
    held = next(step for step in REJECTED.steps if step.event.kind == "hold")
    assert "waits for ana" in words(delivery_pipeline.draw(held.state, held.event)[0])


def test_arrows_leave_out_needs_that_others_imply():
    jobs = (Job("a"), Job("b", needs=("a",)), Job("c", needs=("a", "b")), Job("d", needs=("a",)))
    state = running.PipelineRun(Pipeline("p", jobs))
    assert set(delivery_pipeline.edges(state)) == {("a", "b"), ("b", "c"), ("a", "d")}


@pytest.mark.parametrize("count", [1, 9, 14])
def test_long_pipelines_and_long_names_still_fit(count):
    jobs = tuple(
        Job(f"a job of a long name {n}", needs=(f"a job of a long name {n - 1}",) * (n > 0)) for n in range(count)
    )
    far = Job("far", needs=("a job of a long name 0",))
    state = running.PipelineRun(Pipeline("p", (*jobs, far, Job("last", needs=("far", jobs[-1].name)))))
    assert collisions(delivery_pipeline.draw(state)[0].svg) == []


def test_a_gantt_keeps_a_retry_on_its_runner_and_shows_the_gate():
    found = bars(RETRIED)
    unit = [bar for bar in found if bar.job == "Unit"]
    assert [(bar.start, bar.end, bar.status) for bar in unit] == [(4, 10, "failed"), (10, 16, "passed")]
    assert len({bar.lane for bar in unit}) == 1
    (gate,) = (bar for bar in found if bar.lane == "gate 1")
    assert (gate.job, gate.end - gate.start, gate.status) == ("Deploy", 5, "opened")


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: f"{trace.final.branch} {trace.final.result}")
def test_a_gantt_has_no_runner_with_two_jobs_at_a_time(trace):
    found = bars(trace)
    for one in found:
        beside = [each for each in found if each is not one and each.lane == one.lane]
        assert all(each.end <= one.start or one.end <= each.start for each in beside)
    assert {bar.job for bar in found if bar.lane[0] == "r"} == set(trace.final.started)
    figure, table = draw_gantt(trace)
    assert collisions(figure.svg) == []
    assert len(table.rows) == len(found)


def test_a_file_is_shown_with_its_jobs_and_remarks_where_they_belong():
    notes = noted(WORKFLOW, lambda text: read_workflow(text, REVIEWERS))
    lines = WORKFLOW.splitlines()
    by_line = {lines[line - 1].strip(): [said for said, _ in found] for line, found in notes.items()}
    assert by_line["build:"] == ["job build"]
    assert by_line["deploy:"] == ["job deploy, waits for ana"]
    assert by_line["test:"][0].startswith("3 jobs: ")
    assert "not modelled" in by_line["pull_request:"][0]


@pytest.mark.parametrize(
    ("source", "read"),
    [(JENKINSFILE, read_jenkinsfile), (WORKFLOW, read_workflow), ("x" * 200, read_workflow), ("", read_jenkinsfile)],
)
def test_a_file_keeps_its_indentation_and_fits(source, read):
    (figure,) = draw_file(source, read)
    assert collisions(figure.svg) == []
    left = {area.words: area.left for area in texts_of(root_of(figure.svg))}
    if source == WORKFLOW:
        assert left["build:"] > left["jobs:"]


def test_a_refused_file_says_where_and_why():
    (figure,) = draw_file(JENKINSFILE.replace("  stages {", "  stagez {"), read_jenkinsfile)
    assert "line 9: refused: pipeline has no 'stagez'; did you mean 'stages'?" in figure.alt


ACTS = (
    Push(Change("c1")),
    Release("ana", 30),
    RollBack(),
    Push(Change("c2", "test")),
    Push(Change("c3")),
    Release("ana"),
    RollBack(),
    Push(Change("c4", "acceptance")),
)


@pytest.mark.parametrize("practice", [INTEGRATION, DELIVERY, DEPLOYMENT], ids=lambda one: one.name)
def test_a_commits_way_is_drawn_at_every_moment(practice):
    trace = run(deliver, Delivery(practice), ACTS)
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        (figure,) = delivery_lane.draw(state, event)
        assert collisions(figure.svg) == []
        if state.production:
            assert f"Users have {short(state.production)}" in figure.alt


STOPS = {"stop": "failed", "hold": "held", "end": "skipped", "production": "passed", "roll-back": "waiting"}


def test_the_lane_shows_the_gate_that_stopped_it_and_the_digest_that_passes_on():
    trace = run(deliver, Delivery(DELIVERY), ACTS)
    for step in trace.steps:
        if step.event.kind in ("stop", "hold", "production", "roll-back"):
            became = delivery_lane.statuses(step.event)
            assert STOPS[step.event.kind] in became
            assert list(became) == sorted(became, key=("passed", STOPS[step.event.kind], "waiting").index)
    digest = short(trace.final.registry.digest("staging"))
    assert words(delivery_lane.draw(trace.final, trace.steps[-1].event)[0]).count(digest) == 2  # publish and staging


def test_diagnoses_name_causes_only_if_asked():
    stops = run(deliver, Delivery(), [Push(Change("a")), Push(Change("b", clashes=frozenset("a")))]).final.stops
    assert diagnoses(stops).rows == (("b", "test", "red", "green", "green", "a clash with another change: a"),)
    assert diagnoses(stops, causes=False).rows == (("b", "test", "red", "green", "green"),)


def queue(count, most, bad):
    changes = tuple(Change(f"c{n}", "test" if n in bad else None) for n in range(count))
    return run(work, MergeQueue(waiting=changes), [Merge(most)] * -(-count // most))


QUEUES = [queue(8, 8, {3, 6}), queue(8, 4, {5}), queue(1, 1, set()), queue(24, 24, {0, 23}), queue(0, 1, set())]


@pytest.mark.parametrize("trace", QUEUES, ids=lambda trace: f"{len(trace)} steps")
def test_the_halving_tree_has_every_run_below_the_one_it_halves(trace):
    found = runs(trace)
    assert [one.number for one in found] == list(range(1, trace.final.runs + 1))
    for one in found:
        above = [each for each in found if each.depth == one.depth - 1 and set(one.changes) < set(each.changes)]
        assert len(above) == (one.depth > 0)
    draw = queue_player(trace)
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        (figure,) = draw(state, event)
        assert collisions(figure.svg) == []
        assert len(list(boxes_of(root_of(figure.svg)))) == state.runs + 1
    assert draw_queue(trace) == draw(trace.final, trace.steps[-1].event if trace.steps else None)


def test_a_change_is_in_the_batch_until_it_is_merged_or_sent_back():
    trace = QUEUES[0]
    alts = [queue_player(trace)(step.state, step.event)[0].alt for step in trace.steps]
    assert "In the batch: c0, c1, c2, c3, c4, c5, c6, c7" in alts[0]
    assert "In the batch: c4, c5, c6, c7" in alts[trace.kinds.index("send-back")]
    assert "In the batch: none" in alts[-1]


def test_fates_are_those_of_the_model():
    table = fates([(f"p{n}", 4.0 * n) for n in range(3)], 10)
    assert table.rows[0][2:] == ("cancelled while running at 4", "finished at 10")
    assert table.rows[2][2:] == ("finished at 18", "finished at 20")


@pytest.mark.parametrize("total", [0.003, 1, 7, 17, 100, 4321])
def test_an_axis_has_few_marks_at_round_values(total):
    step = pace(total)
    assert total / step <= 10 < total / step * 5.01
    assert sum("<text" in shape for shape in marks(total, 0, 1, 0, "min")) == int(total / step + 1e-9) + 1


def test_words_are_short():
    assert [minutes(value) for value in (None, 0, 12.345, 150, 2400)] == [
        "never",
        "0 min",
        "12.3 min",
        "2.5 h",
        "5 days",
    ]
    assert names("abc", 2) == "1 earlier, b, c"
    assert names(()) == "none"
    assert short_of("abcdef", 20, 10) == "ab…"
