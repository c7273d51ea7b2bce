"""Chapter 13's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

from dataclasses import replace
from random import Random

import pytest

from vlearn.errors import ModelError
from vlearn.lab.exercises.ch13_commits import EIGHT, after_a_stop, hopeful, queued, right_causes
from vlearn.lab.exercises.ch13_files import JENKINSFILE, WORKFLOW, pushed, shop
from vlearn.lab.exercises.ch13_predictions import PREDICTIONS
from vlearn.lab.exercises.ch13_servers import kinds_left
from vlearn.lab.exercises.ch13_teams import STEPS, best_pair, lead_time
from vlearn.sim.delivery.changes import Change, green
from vlearn.sim.delivery.concurrency import admit
from vlearn.sim.delivery.phases import BlueGreen, Canary, Recreate, Rolling
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.sim.delivery.servers import Converge, Declare, Patch, Servers, operate
from vlearn.sim.delivery.stages import practised
from vlearn.sim.delivery.suites import Suite
from vlearn.sim.delivery.team import Team
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.sim.delivery.year import simulate
from vlearn.trace import run

PIPELINE = """
pipeline {
  agent any
  stages {
    stage('Build') { steps { sh 'make' } }
    stage('Checks') { parallel {
      stage('Unit') { steps { sh 'make unit' } }
      stage('Lint') { steps { sh 'make lint' } }
    } }
    stage('Deploy') {
      when { beforeInput true; branch 'main' }
      input { message 'Deploy?' }
      steps { sh 'make deploy' }
    }
  }
  post { failure { echo 'red' } }
}
"""
ACTIONS = """
on: push
jobs:
  build: {runs-on: u, steps: [{run: make}]}
  unit: {needs: build, runs-on: u, steps: [{run: make unit}]}
  lint: {needs: build, runs-on: u, steps: [{run: make lint}]}
  deploy:
    needs: [unit, lint]
    if: github.ref == 'refs/heads/main'
    environment: production
    runs-on: u
    steps: [{run: make deploy}]
  tell: {needs: deploy, if: failure(), runs-on: u, steps: [{run: make tell}]}
"""
ARTIFACTS = {"mainline": ["a", "c", "d", "e"], "staging": ["e", "d", "c", "a"], "users": ["a", "c"]}
STARTS = {"enough": 17, "two": 21.0, "one": 34}
CAUSES = {"c2": "flaky", "c3": "clash", "c5": "own fault", "c6": "own fault", "c7": "earlier"}
FOUR = {"lead": 4, "frequency": 1, "fail": 1 / 3, "recovery": 5}
WAYS = {
    "archive": Rolling(0, 1),
    "shop": Canary((0.05, 0.25), 40),
    "bank": BlueGreen(),
    "night job": Recreate(),
}
CLASHING = [Change("a"), Change("b"), Change("c", clashes=frozenset({"a"}))]

RIGHT = [
    ("ch13-artifacts", ARTIFACTS),
    ("ch13-start-times", STARTS),
    ("ch13-pipeline", PIPELINE),
    ("ch13-pipeline", ACTIONS),
    ("ch13-causes", CAUSES),
    ("ch13-bug-hunt", CLASHING),
    ("ch13-bug-hunt", EIGHT),
    ("ch13-four-measures", FOUR),
    ("ch13-four-measures", {**FOUR, "fail": 0.333}),
    ("ch13-bottleneck", {"test", "approval"}),
    ("ch13-releases", WAYS),
    ("ch13-releases", {**WAYS, "night job": Rolling(0, "100%")}),
]
SKIPPED = JENKINSFILE.replace("Browser", "Lint").replace("Staging", "Deploy").replace("always {", "failure {")
WRONG = [
    ("ch13-artifacts", ["a"], "a dictionary with the keys"),
    ("ch13-artifacts", {"mainline": ["a"]}, "staging and users"),
    ("ch13-artifacts", {**ARTIFACTS, "mainline": ["a", "c", "e"]}, "Acceptance tests come later"),
    ("ch13-artifacts", {**ARTIFACTS, "staging": ["a", "c"]}, "deployed to staging"),
    ("ch13-artifacts", {**ARTIFACTS, "users": ["a", "c", "e"]}, "What do the acceptance tests say"),
    ("ch13-artifacts", {**ARTIFACTS, "users": ["c"]}, "released last"),
    ("ch13-start-times", {**STARTS, "two": 17}, "Draw two lanes"),
    ("ch13-start-times", {**STARTS, "enough": 20}, "longest chain"),
    ("ch13-start-times", {**STARTS, "one": "34 min"}, "One after the other"),
    ("ch13-start-times", 17, "dictionary"),
    ("ch13-pipeline", 3, "as a text"),
    ("ch13-pipeline", "pipeline { stage }", "The file is refused"),
    ("ch13-pipeline", "on: push\njobs:\n  build: {runs-on: u, step: []}", "did you mean 'steps'"),
    ("ch13-pipeline", WORKFLOW, "There is no unit"),
    ("ch13-pipeline", SKIPPED, "nobody is asked"),
    ("ch13-pipeline", ACTIONS.replace("on: push", "on: {push: {branches: [main]}}"), "nothing runs at all"),
    ("ch13-pipeline", ACTIONS.replace("environment: production", "environment: staging"), "nobody is asked"),
    ("ch13-pipeline", ACTIONS.replace("    if: github.ref == 'refs/heads/main'\n", ""), "somebody is asked"),
    ("ch13-pipeline", PIPELINE.replace("beforeInput true; ", ""), "beforeInput true"),
    (
        "ch13-pipeline",
        ACTIONS.replace("needs: [unit, lint]", "needs: unit"),
        "on which `lint` fails, somebody is asked",
    ),
    ("ch13-pipeline", ACTIONS.replace("lint: {needs: build", "lint: {needs: unit"), "side by side"),
    ("ch13-pipeline", ACTIONS.replace("lint: {needs: build, ", "lint: {"), "checks come after"),
    ("ch13-pipeline", ACTIONS.replace("if: failure()", "if: always()"), "`tell` runs, and should not"),
    ("ch13-pipeline", ACTIONS.replace("tell: {needs: deploy", "tell: {needs: build"), "`tell` does not run"),
    ("ch13-pipeline", ACTIONS.replace("if: failure(), ", ""), "`tell` runs, and should not"),
    ("ch13-causes", {**CAUSES, "c2": "own fault"}, "they differ"),
    ("ch13-causes", {**CAUSES, "c3": "flaky"}, "what is left"),
    ("ch13-causes", {**CAUSES, "c6": "clash"}, "red wherever it is"),
    ("ch13-causes", {**CAUSES, "c7": "own fault"}, "the mainline without it"),
    ("ch13-causes", {**CAUSES, "c7": "c6"}, "none of the causes"),
    ("ch13-bug-hunt", "c1", "a list of changes"),
    ("ch13-bug-hunt", [Change("a"), Change("a")], "a name of its own"),
    ("ch13-bug-hunt", [Change(f"c{n}") for n in range(17)], "At most 16"),
    ("ch13-bug-hunt", [], "merges nothing"),
    ("ch13-bug-hunt", [Change("a", "test"), Change("b")], "What can make a sum red"),
    ("ch13-bug-hunt", [Change("a", "build"), Change("b", clashes=frozenset("a"))], "a fault of its own"),
    ("ch13-four-measures", {**FOUR, "lead": 13.1}, "the mean"),
    ("ch13-four-measures", {**FOUR, "lead": 13.5}, "not the oldest one"),
    ("ch13-four-measures", {**FOUR, "lead": 240}, "Hours were asked"),
    ("ch13-four-measures", {**FOUR, "frequency": 6}, "How many in one"),
    ("ch13-four-measures", {**FOUR, "fail": 2}, "Which share"),
    ("ch13-four-measures", {**FOUR, "fail": 33.3}, "from 0 to 1"),
    ("ch13-four-measures", {**FOUR, "recovery": 8}, "the middle one"),
    ("ch13-four-measures", {**FOUR, "lead": "4 h"}, "not str"),
    ("ch13-bottleneck", {"test"}, "Give two"),
    ("ch13-bottleneck", "test", "Give two"),
    ("ch13-bottleneck", {"test", "speed"}, "none of the controls"),
    ("ch13-bottleneck", {"test", "lanes"}, "wait for most"),
    ("ch13-bottleneck", {"batch", "approval"}, "the lanes are full"),
    ("ch13-releases", {**WAYS, "archive": Rolling()}, "more than ten servers"),
    ("ch13-releases", {**WAYS, "archive": Rolling(0, 2)}, "fewer than nine"),
    ("ch13-releases", {**WAYS, "shop": Canary()}, "more than a quarter"),
    ("ch13-releases", {**WAYS, "shop": BlueGreen()}, "more than a quarter"),
    ("ch13-releases", {**WAYS, "bank": Canary()}, "both versions"),
    ("ch13-releases", {**WAYS, "bank": Recreate()}, "nobody answers"),
    ("ch13-releases", {**WAYS, "night job": Rolling(0, 1)}, "more than 3 minutes"),
    ("ch13-releases", {**WAYS, "night job": BlueGreen()}, "more than ten"),
    ("ch13-releases", {**WAYS, "bank": "blue-green"}, "a strategy, such as"),
    ("ch13-releases", {**WAYS, "bank": Rolling("x", 1)}, "bank: "),
]


def test_the_hopeful_queue_is_right_where_no_two_changes_clash():
    twelve = [Change(f"c{n}", "test" if n % 3 == 0 else None) for n in range(1, 13)]
    assert hopeful(twelve) == queued(twelve, 12).final.mainline
    assert not green(hopeful(CLASHING))
    assert green(queued(CLASHING).final.mainline)


@pytest.mark.parametrize("at", range(1, 8))
def test_the_hopeful_queue_merges_any_two_right_changes_that_clash(at):
    batch = [Change(f"c{n}", clashes=frozenset({"c0"} if n == at else ())) for n in range(8)]
    assert hopeful(batch) == tuple(batch)
    assert not green(batch)


def test_the_stops_have_every_cause():
    assert set(right_causes().values()) == {"flaky", "own fault", "clash", "earlier"}


@pytest.mark.parametrize("seed", [2, 3])
def test_the_best_two_steps_are_the_best_by_far_with_any_seed(seed):
    pairs = sorted((lead_time(frozenset({a, b}), seed), {a, b}) for a in STEPS for b in STEPS if a < b)
    assert pairs[0][1] == best_pair()
    assert pairs[0][0] < 0.7 * pairs[1][0]


RUNS = {"ch13-after-a-stop": (after_a_stop(), len(after_a_stop()) - 1), "ch13-next-job": (pushed(shop()), 6)}


@pytest.mark.parametrize("id", RUNS)
def test_choices_about_a_run_are_wrong_and_speak_of_what_it_holds(id):
    trace, at = RUNS[id]
    choices = PREDICTIONS[id].choices.keys()
    assert trace.steps[at].event.text not in choices
    later = {step.event.text for step in trace.steps[at:]}
    digest = trace.final.registry.digest("staging")[7:19] if id == "ch13-after-a-stop" else ""
    assert later & choices or sum(digest in choice for choice in choices) == 2


def test_predictions_about_pipelines_answer_as_the_model_does():
    assert pushed(read_workflow(WORKFLOW), "feature").steps[-1].event.kind == "block"
    assert "Report" in pushed(shop(), "feature").final.started
    ended = admit([(str(n), 4.0 * n) for n in range(16)], 10, cancels=True)
    assert [one.ended - one.pushed for one in ended if one.fate == "finished"] == [10]
    assert ended[-1].fate == "finished"
    assert practised(frozenset({"production"})) == PREDICTIONS["ch13-button"].answer


def test_predictions_about_chance_answer_as_the_model_does():
    assert Suite(1000, 1, 0.001).false_alarm == pytest.approx(2 / 3, abs=0.05)
    assert pytest.approx(2 / 5, abs=0.02) == 1 - 0.99**50
    team = Team(days=60)
    assert simulate(replace(team, batch=1), Random(1)).busy > 0.95
    assert simulate(replace(team, batch=1), Random(1)).team.load > 1 > team.load


def test_predictions_about_servers_answer_as_the_model_does():
    act = RollOut(Version("v2", 0.005), Rolling(1, 0))
    final = run(release, Release(Service(10, 2.0, watch=120)), [act]).final
    assert PREDICTIONS["ch13-way-back"].answer == f"{final.back:g} minutes"
    acts = [Patch("debug", "on", (2,)), Declare("tls", "1.3"), Converge()]
    assert run(operate, Servers.of(3, tls="1.2"), acts).final.settings[2]["debug"] == "on"


def test_hand_work_drifts_management_less_and_replacing_not_at_all():
    found = kinds_left(8, 20, 2)
    assert set(found["replaced"]) == {1}
    assert 1 < max(found["configuration management"]) < max(found["by hand"])
    calm = kinds_left(8, 20, 0)
    assert calm["by hand"] == calm["configuration management"]
    assert max(calm["by hand"]) > 1
    with pytest.raises(ModelError, match="not 9"):
        kinds_left(8, 1, 9)
