import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sim.delivery.pipeline_files import WORKFLOW, refusal
from vlearn.errors import ModelError
from vlearn.sim.delivery.condition import Condition
from vlearn.sim.delivery.expressions import condition
from vlearn.sim.delivery.matrix import combinations
from vlearn.sim.delivery.pipeline import Concurrency
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import PipelineRun, Push
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.trace import run

SHOP = read_workflow(WORKFLOW, {"production": ("ana",)})
TESTS = ("test (3.11, ubuntu)", "test (3.12, ubuntu)", "test (3.12, windows)")


def test_the_file_gives_its_jobs_with_a_matrix_multiplied_out():
    assert tuple(job.name for job in SHOP.jobs) == ("build", *TESTS, "deploy", "tell")
    assert SHOP.job("deploy").needs == TESTS
    assert SHOP.job(TESTS[0]).variant == (("python", "3.11"), ("os", "ubuntu"))
    assert SHOP.job("build").steps == ("actions/checkout@v4", "make")
    assert SHOP.concurrency == Concurrency("ci", True)
    assert SHOP.variables == (("COLOUR", "1"),)
    assert SHOP.job("deploy").line == 24


def test_reviewers_are_of_the_repository_and_not_of_the_file():
    assert SHOP.manual == ("deploy",)
    assert read_workflow(WORKFLOW).manual == ()


def test_what_is_left_out_is_told_by_line():
    assert [str(remark) for remark in SHOP.remarks] == [
        "line 5: the event pull_request is not modelled: a run begins with a push"
    ]


BRANCHES = [
    ("main", ("passed", "held")),
    ("release/2", ("passed", "skipped")),
]


@pytest.mark.parametrize(("branch", "expected"), BRANCHES)
def test_the_branch_decides_whether_it_is_deployed(branch, expected):
    final = run(run_pipeline, PipelineRun(SHOP), [Push(branch)]).final
    assert (final.status["build"], final.status["deploy"]) == expected


TRIGGERS = [
    ("[main, 'release/*']", "release/1", True),
    ("[main, 'release/*']", "release/1/2", False),
    ("['release/**']", "release/1/2", True),
    ("['**', '!old/**']", "old/x", False),
    ("['**', '!old/**']", "new/x", True),
    ("['!old/**']", "new/x", False),
    ("['v.1']", "vx1", False),
]


@pytest.mark.parametrize(("patterns", "branch", "starts"), TRIGGERS)
def test_patterns_say_which_branches_start_a_run(patterns, branch, starts):
    text = f"on: {{push: {{branches: {patterns}}}}}\njobs: {{a: {{runs-on: x, steps: [{{run: b}}]}}}}"
    assert read_workflow(text).trigger.on(branch) is starts


def test_a_job_that_may_fail_cancels_nothing_and_does_not_fail_the_run():
    text = job("continue-on-error: true\n    strategy: {matrix: {v: [1, 2]}}")
    final = run(run_pipeline, PipelineRun(read_workflow(text), 1), [Push("main", (("a (1)", 1),))]).final
    assert dict(final.status) == {"a (1)": "failed", "a (2)": "passed"}
    assert final.result == "passed"


def test_a_branch_that_is_not_named_starts_nothing():
    assert run(run_pipeline, PipelineRun(SHOP), [Push("topic")]).kinds == ("no-run",)


def test_a_failure_cancels_its_matrix_and_is_told():
    final = run(run_pipeline, PipelineRun(SHOP), [Push("main", ((TESTS[0], 1),))]).final
    assert [final.status[name] for name in TESTS] == ["failed", "cancelled", "cancelled"]
    assert (final.status["deploy"], final.status["tell"], final.result) == ("blocked", "passed", "failed")


def test_a_version_without_quotes_loses_its_nought_as_it_does_on_github():
    text = "on: push\njobs:\n  t:\n    runs-on: x\n    strategy: {matrix: {v: [3.10]}}\n    steps: [{run: a}]\n"
    assert read_workflow(text).jobs[0].name == "t (3.1)"


CONDITIONS = [
    ("github.ref == 'refs/heads/main'", Condition(("main",))),
    ("${{ github.ref_name != 'main' }}", Condition(but_not=("main",))),
    ("always() && github.ref == 'refs/heads/main'", Condition(("main",), after="always")),
    ("github.event_name == 'push'", Condition()),
    ("github.event_name == 'pull_request'", Condition(but_not=("**",))),
    ("!cancelled()", Condition(after="always")),
    ("failure() && always()", Condition(after="failure")),
    ("success() && failure()", Condition(but_not=("**",))),
    ("github.ref == 'refs/tags/v1'", None),
    ("github.ref_name == 'release/*'", None),
    ("github.actor == 'ana'", None),
    ("a || b", None),
]


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_conditions_are_read_or_known_to_be_unread(text, expected):
    assert condition(text) == expected


def test_an_inclusion_adds_to_what_it_fits_and_else_stands_alone():
    # The example of GitHub's documentation.
    axes = {"fruit": ("apple", "pear"), "animal": ("cat", "dog")}
    include = [
        {"color": "green"},
        {"color": "pink", "animal": "cat"},
        {"fruit": "apple", "shape": "circle"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]
    assert combinations(axes, include=include) == (
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    )


def job(body):
    return f"on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{{run: b}}]\n    {body}\n"


COMPUTED = [
    ("continue-on-error: ${{ matrix.odd }}", {"may_fail": False}, "continue-on-error is computed"),
    ("timeout-minutes: ${{ vars.LONG }}", {"timeout": 360}, "timeout-minutes is computed"),
    ("strategy: {fail-fast: '${{ x }}', matrix: {v: [1]}}", {"name": "a (1)", "fail_fast": True}, "fail-fast is"),
    ("strategy: {matrix: '${{ fromJSON(x) }}'}", {"name": "a"}, "matrix is computed"),
    ("strategy: {matrix: {v: [1], exclude: '${{ x }}'}}", {"name": "a (1)"}, "exclude is computed"),
    ("strategy: {matrix: {v: '${{ fromJSON(x) }}'}}", {"group": "a"}, "v is computed"),
]


@pytest.mark.parametrize(("body", "expected", "message"), COMPUTED)
def test_what_an_expression_computes_is_told_and_left_as_if_it_were_not_there(body, expected, message):
    pipeline = read_workflow(job(body))
    assert {name: getattr(pipeline.jobs[0], name) for name in expected} == expected
    (remark,) = pipeline.remarks
    assert str(remark).startswith(f"line 6: {message}")


def test_a_group_that_cancels_by_an_expression_is_taken_for_one_that_does_not():
    text = "on: push\nconcurrency: {group: g, cancel-in-progress: '${{ x }}'}\n" + job("env: {}").split("\n", 1)[1]
    assert read_workflow(text).concurrency == Concurrency("g")


def test_values_of_a_matrix_and_runners_may_be_mappings():
    text = job("strategy: {matrix: {on: [{os: linux, cc: gcc}]}}").replace("runs-on: x", "runs-on: {group: big}")
    (found,) = read_workflow(text).jobs
    assert (found.name, found.runner) == ("a (linux, gcc)", "big")


def test_a_pattern_that_takes_away_before_another_adds_is_remarked_upon():
    text = job("env: {}").replace("on: push", "on: {push: {branches: ['!a/b', 'a/*']}}")
    assert "the last one that fits decides" in str(read_workflow(text).remarks[0])


REFUSED = [
    ("", "needs the key 'on'"),
    ("on: push\n", "needs the key 'jobs'"),
    ("on: push\njobs: {}\n", "line 2: a workflow needs at least one job"),
    ("on: push\njobz: {}\n", "line 2: a workflow has no key 'jobz'; did you mean 'jobs'"),
    (job("need: b"), "line 6: a job has no key 'need'; did you mean 'needs'"),
    (job("needs: a"), "line 6: the job 'a' needs itself"),
    (job("needs: bb"), "line 6: 'a' needs 'bb', which is no job"),
    (job("timeout-minutes: -5"), "line 6: timeout-minutes is a number of 0 or more, not -5"),
    (job("timeout-minutes: 0"), "line 3: the time-out of 'a' is in minutes and more than 0"),
    (job("runs-on: y"), "line 6: the key 'runs-on' is there already, on line 4"),
    (job("strategy: {matrix: {v: []}}"), "line 6: the matrix makes 0 jobs"),
    (job(f"strategy: {{matrix: {{v: {list(range(257))}}}}}"), "more than 256 jobs"),
    (job("env: [a]\n  b: {steps: [{run: x}]}"), "line 7: the job 'b' needs runs-on"),
    (job("env: {}\n  b: {runs-on: x}"), "line 7: the job 'b' has no steps"),
    (job("env: {}\n  b: {runs-on: x, steps: [{name: x}]}"), "line 7: a step has either run or uses"),
    (
        job("env: {}\n  b: {runs-on: x, needs: c, steps: &s [{run: x}]}\n  c: {runs-on: x, needs: b, steps: *s}"),
        "line 7: ",
    ),
    ("on: push\njobs: [a]\n", "line 2: jobs is a mapping of names to values, not a list"),
    ("on: {push: {branches: [a], branches-ignore: [b]}}\njobs: {a: {}}\n", "not both"),
    ("on: push\nconcurrency: {cancel-in-progress: true}\njobs: {a: {runs-on: x, steps: [{run: b}]}}", "needs a group"),
    ("on: [push\n", "no YAML"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_file_that_github_would_refuse_is_refused_with_its_line(text, message):
    with pytest.raises(ModelError, match=message):
        read_workflow(text)


LINES = st.lists(st.sampled_from(WORKFLOW.splitlines()), max_size=40).map("\n".join)


@given(LINES | st.text())
@example("a: !!int x")
@example("[" * 1500)
@settings(deadline=None, max_examples=40)
def test_any_text_is_a_workflow_or_an_error_that_names_a_line(text):
    said = refusal(read_workflow, text)
    assert said is None or "line" in said
