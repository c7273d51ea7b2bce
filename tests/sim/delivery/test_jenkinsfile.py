import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sim.delivery.pipeline_files import JENKINSFILE, refusal
from vlearn.errors import ModelError
from vlearn.sim.delivery.jenkins_syntax import statements
from vlearn.sim.delivery.jenkins_tokens import tokens
from vlearn.sim.delivery.jenkinsfile import read_jenkinsfile
from vlearn.sim.delivery.job import Gate
from vlearn.sim.delivery.pipeline import Concurrency
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import Approve, PipelineRun, Push, Reject
from vlearn.trace import run

SHOP = read_jenkinsfile(JENKINSFILE)


def test_stages_follow_one_another_and_parallel_ones_stand_side_by_side():
    stages = ("Build", "Lint", "Unit", "Deploy", "Tidy")
    assert {job.name: job.needs for job in SHOP.jobs} == {
        "Build": (),
        "Lint": ("Build",),
        "Unit": ("Build",),
        "Deploy": ("Lint", "Unit"),
        "Tidy": ("Deploy",),
        "post failure": stages,
        "post always": stages,
    }


def test_directives_become_what_a_job_has():
    unit, deploy = SHOP.job("Unit"), SHOP.job("Deploy")
    assert (unit.attempts, unit.timeout, unit.group, unit.fail_fast) == (2, 60, "Checks", True)
    assert deploy.gate == Gate(("ana", "bo"), "Deploy?")
    assert deploy.condition.branches == ("main",)
    assert (deploy.line, deploy.runner) == (21, "any")
    assert SHOP.concurrency == Concurrency("builds", True)
    assert SHOP.variables == (("COLOUR", "1"),)


def test_what_is_left_out_is_told_by_line():
    assert [str(remark) for remark in SHOP.remarks] == ["line 32: script is Groovy and not read: it counts as one step"]


RUNS = [
    (
        [Push("main"), Approve("Deploy", "bo")],
        "passed",
        {"Deploy": "passed", "Tidy": "passed", "post failure": "skipped"},
    ),
    ([Push("topic")], "passed", {"Deploy": "skipped", "Tidy": "passed", "post always": "passed"}),
    ([Push("main"), Reject("Deploy", "bo")], "failed", {"Tidy": "blocked", "post failure": "passed"}),
    ([Push("topic", (("Unit", 1),))], "passed", {"Unit": "passed"}),
    ([Push("topic", (("Unit", 2),))], "failed", {"Unit": "failed", "Deploy": "skipped", "post always": "passed"}),
]


@pytest.mark.parametrize(("actions", "result", "expected"), RUNS)
def test_the_stages_run_as_jenkins_runs_them(actions, result, expected):
    final = run(run_pipeline, PipelineRun(SHOP), actions).final
    assert final.result == result
    assert {name: final.status[name] for name in expected} == expected


def file(stages, more=""):
    return f"pipeline {{\nagent any\n{more}\nstages {{\n{stages}\n}}\n}}"


def stage(inside, name="A"):
    return f"stage('{name}') {{\n{inside}\n}}"


def test_a_stage_hands_its_directives_to_those_inside_it():
    inner = stage("steps { echo 'x' }", "B") + "\n" + stage("steps { echo 'y' }", "C")
    found = read_jenkinsfile(
        file(stage(f"when {{ not {{ branch 'x' }} }}\nagent {{ label 'big' }}\nstages {{\n{inner}\n}}"))
    )
    assert [(job.name, job.needs, job.runner, job.condition.but_not) for job in found.jobs] == [
        ("B", (), "label big", ("x",)),
        ("C", ("B",), "label big", ("x",)),
    ]


def test_jenkins_asks_before_it_looks_whether_the_stage_is_wanted():
    text = file(stage("when { branch 'main' }\ninput { message 'Go?' }\nsteps { sh 'x' }"))
    trace = run(run_pipeline, PipelineRun(read_jenkinsfile(text)), [Push("topic"), Approve("A", "ana")])
    assert trace.kinds == ("push", "hold", "approve", "skip")


def test_an_input_among_the_steps_is_reached_only_if_the_stage_is_wanted():
    text = file(stage("when { branch 'main' }\nsteps {\ninput 'Go?'\nsh 'x' }"))
    pipeline = read_jenkinsfile(text)
    assert run(run_pipeline, PipelineRun(pipeline), [Push("topic")]).kinds == ("push", "skip")
    assert run(run_pipeline, PipelineRun(pipeline), [Push("main")]).kinds == ("push", "hold")


def test_a_stage_has_its_own_post():
    text = file(stage("steps { sh 'x' }\npost {\nfailure { echo 'a' }\nsuccess { echo 'b' }\n}"))
    final = run(run_pipeline, PipelineRun(read_jenkinsfile(text)), [Push("main", (("A", 1),))]).final
    assert dict(final.status) == {"A": "failed", "A post success": "skipped", "A post failure": "passed"}


REMARKED = [
    (stage("steps { sh 'x' }"), "triggers { cron('H 4 * * *') }", "triggers is not modelled"),
    (
        stage("when { expression { return a > 1 } }\nsteps { sh 'x' }"),
        "",
        "expression is not modelled: the stage runs whatever it says",
    ),
    (stage("steps { slackSend 'x' }"), "", "the step slackSend is not known"),
    (stage("when { branch pattern: 'v.+', comparator: 'REGEXP' }\nsteps { sh 'x' }"), "", "a regular expression is"),
    (stage("when {\nbranch 'a'\nbranch 'b' }\nsteps { sh 'x' }"), "", "only the second counts"),
    (
        stage("input { message 'Go?' }\nparallel { stage('B') { steps { sh 'x' } } }"),
        "",
        "each parallel stage asks by itself",
    ),
    (stage("steps { sh 'x' }"), "environment { A = pom().version() }", "A has no value"),
    (stage("steps { sh 'x' }"), "options { gitLabConnection('x') }", "gitLabConnection is not known: a plugin may"),
    (stage("steps { input 'Go?' }"), "", "taken for the gate of its stage"),
    (stage("steps { sh 'x' }"), "environment { A = credentials('a') }", "A has no value"),
    (
        stage("steps { sh 'x' }"),
        "options { buildDiscarder(logRotator(numToKeepStr: '5')) }",
        "buildDiscarder is not modelled",
    ),
]


@pytest.mark.parametrize(("stages", "more", "message"), REMARKED)
def test_what_the_model_does_not_do_is_remarked_upon(stages, more, message):
    (remark,) = read_jenkinsfile(file(stages, more)).remarks
    assert message in remark.text
    assert remark.line in (3, 5, 6, 8)


GOOD = stage("steps { sh 'x' }")
REFUSED = [
    ("", "line 1: a declarative Jenkinsfile is pipeline"),
    ("node {\n  sh 'x'\n}", "line 1: .*scripted ones are not read"),
    ("pipeline { agent any }", "line 1: a pipeline needs stages"),
    ("pipeline {\nstages { }\n}", "line 1: a pipeline needs agent"),
    (file(""), "line 4: stages needs at least one stage"),
    (file(GOOD, "stagez { }"), "line 3: pipeline has no 'stagez'; did you mean 'stages'"),
    (file(GOOD, "agent none"), "line 3: agent is there already, on line 2"),
    (file(GOOD + "\n" + GOOD), "line 8: 'A' is there twice"),
    (file(stage("step { sh 'x' }")), "line 6: stage has no 'step'; did you mean 'steps'"),
    (file(stage("agent any")), "line 5: the stage 'A' needs exactly one of steps, stages and parallel"),
    (file(GOOD, "options { retry(0) }"), "line 3: retry takes a whole number of 1 or more"),
    (file(GOOD, "options { timeout(-5) }"), "line 3: a negative number makes no sense"),
    (file(GOOD, "options { timeout(time: 5, unit: 'YEARS') }"), "line 3: the unit of a timeout is one of SECONDS"),
    (file(GOOD, "options { timeout(time: 'x') }"), "line 3: timeout takes a time"),
    (file(GOOD, "environment { sh 'x' }"), "line 3: environment holds assignments"),
    (file(stage("when { brunch 'x' }\nsteps { sh 'x' }")), "line 6: when has no 'brunch'; did you mean 'branch'"),
    (file(stage("input { ok 'x' }\nsteps { sh 'x' }")), "line 6: input needs a message"),
    (file(stage("steps { sh 'x' } post { }")), "line 6: 'post' after steps is not read: each statement"),
    (file("sh 'x'"), "line 5: stages holds stage"),
    ("pipeline {\nagent any\n", "expected '}' for the block of pipeline that begins on line 1"),
    (file(stage("steps { script { if (x) { } }")), "expected '}'"),
    ("pipeline { sh 'x }", "line 1: .* a string ends on the line where it begins"),
    ("}", "line 1: '}' closes nothing"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_file_that_jenkins_would_refuse_is_refused_with_its_line(text, message):
    with pytest.raises(ModelError, match=message):
        read_jenkinsfile(text)


OUTSIDE = "@Library('x@v1') _\ndef go(a) {\n  a =~ /\\d+/ ? [1] : f(2)\n}\n"


def test_what_stands_outside_of_the_pipeline_is_leapt_over_and_told():
    found = read_jenkinsfile(f"{OUTSIDE}{file(GOOD)}\necho 'x'")
    words = "stands outside of the pipeline: it is not read"
    assert [str(one) for one in found.remarks] == [
        f"line 1: @Library {words}", f"line 2: def {words}", f"line 14: echo {words}",
    ]  # fmt: skip
    assert [job.line for job in found.jobs] == [9]


VALUES = [
    ("sh 'a' + b.c(1) +\n 'd'", "sh a + b.c(1) + d"),
    ("f threshold: hudson.model.Result.SUCCESS", "f threshold: hudson.model.Result.SUCCESS"),
    ("f([[$class: 'X', 'n': 2], [y]])", "f [[$class: X, n: 2], [y]]"),
]


@pytest.mark.parametrize(("step", "expected"), VALUES)
def test_members_sums_and_maps_are_kept_as_they_are_written(step, expected):
    assert read_jenkinsfile(file(stage(f"steps {{\n{step}\n}}"))).jobs[0].steps == (expected,)


def test_stages_within_a_stage_ask_once():
    inner = stage("steps { sh 'x' }", "B") + "\n" + stage("steps { sh 'y' }", "C")
    text = file(
        stage(f"when {{\nbeforeInput true\nbranch 'main'\n}}\ninput {{ message 'Go?' }}\nstages {{\n{inner}\n}}")
    )
    pipeline = read_jenkinsfile(text)
    assert pipeline.manual == ("B",)
    assert run(run_pipeline, PipelineRun(pipeline), [Push("topic")]).kinds == ("push", "skip", "skip")


def test_tokens_know_their_lines():
    found = tokens('a /* b\n */ \'c\\\'d\'\n"""e\nf""" // g\n7')
    assert [(token.kind, token.text, token.line) for token in found if token.kind != "newline"] == [
        ("word", "a", 1),
        ("string", "c'd", 2),
        ("string", "e\nf", 3),
        ("number", "7", 5),
        ("end", "", 5),
    ]


def test_arguments_have_many_forms():
    (found,) = statements("pipeline { f(1, 'a', b: true, c: [x, g(2)]) }")[0].inside
    assert found.arguments == (1.0, "a")
    assert found.named["b"] is True
    listed = found.named["c"]
    assert listed[0] == "x"
    assert (listed[1].name, listed[1].arguments) == ("g", (2.0,))


LINES = st.lists(st.sampled_from(JENKINSFILE.splitlines()), max_size=40).map("\n".join)


@given(LINES | st.text() | st.text("{}()[]'\" ,:=a1\n/*"))
@example("a {" * 3000)
@example("a " + "[" * 3000)
@settings(deadline=None, max_examples=80)
def test_any_text_is_a_jenkinsfile_or_an_error_that_names_a_line(text):
    said = refusal(read_jenkinsfile, text)
    assert said is None or "line" in said
