"""The pipeline files of chapter 13's notebook, and runs of them."""

from collections.abc import Mapping

from vlearn.blocks import Table
from vlearn.sim.delivery.graph import critical_path
from vlearn.sim.delivery.jenkinsfile import read_jenkinsfile
from vlearn.sim.delivery.pipeline import Pipeline, with_minutes
from vlearn.sim.delivery.run_pipeline import run_pipeline
from vlearn.sim.delivery.running import EVERY, PipelineRun, Push
from vlearn.sim.delivery.workflow import read_workflow
from vlearn.trace import Trace, run

JENKINSFILE = """\
pipeline {
  agent any
  options { timeout(time: 1, unit: 'HOURS') }
  triggers { pollSCM('H/5 * * * *') }
  stages {
    stage('Build') { steps { sh 'make image' } }
    stage('Checks') {
      parallel {
        stage('Unit') { steps { sh 'make unit' } }
        stage('Browser') {
          options { retry(2) }
          steps { sh 'make browser' }
        }
        stage('Licences') { steps { sh 'make licences' } }
      }
    }
    stage('Staging') {
      when { branch 'main' }
      steps { sh 'make staging' }
    }
    stage('Report') { steps { junit '**/*.xml' } }
  }
  post { always { cleanWs() } }
}
"""
MINUTES = {"Build": 4.0, "Unit": 6.0, "Browser": 9.0, "Licences": 2.0, "Staging": 3.0, "Report": 1.0}
WORKFLOW = """\
name: Shop
on: [push, pull_request]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make image
  checks:
    needs: build
    strategy:
      matrix: {kind: [unit, browser, licences]}
    runs-on: ubuntu-latest
    steps:
      - run: make ${{ matrix.kind }}
  staging:
    needs: checks
    if: github.ref == 'refs/heads/main'
    environment: staging
    runs-on: ubuntu-latest
    steps: [{run: make staging}]
  report:
    needs: staging
    runs-on: ubuntu-latest
    steps: [{run: make report}]
"""
TIMED = """\
name: Library
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: make build}]
  lint:
    runs-on: ubuntu-latest
    steps: [{run: make lint}]
  audit:
    runs-on: ubuntu-latest
    steps: [{run: make audit}]
  unit:
    needs: build
    runs-on: ubuntu-latest
    steps: [{run: make unit}]
  browser:
    needs: build
    runs-on: ubuntu-latest
    steps: [{run: make browser}]
  deploy:
    needs: [lint, audit, unit, browser]
    runs-on: ubuntu-latest
    steps: [{run: make deploy}]
"""
TAKES = {"build": 5.0, "lint": 3.0, "audit": 6.0, "unit": 8.0, "browser": 12.0, "deploy": 1.0}
"""Minutes of the jobs of `TIMED`, made up for the exercise."""


def shop(minutes: Mapping[str, float] = MINUTES) -> Pipeline:
    """The shop's Jenkinsfile with times, which a file does not state."""
    return with_minutes(read_jenkinsfile(JENKINSFILE), minutes)


def pushed(pipeline: Pipeline, branch: str = "main", runners: int = 2, failing: str = "") -> Trace[PipelineRun]:
    """A push of a commit on which that job fails, however often it is tried."""
    return run(run_pipeline, PipelineRun(pipeline, runners), [Push(branch, ((failing, EVERY),) if failing else ())])


def takes() -> Table:
    """What the jobs of `TIMED` take."""
    return Table(("Job", "Minutes"), tuple((name, f"{value:g}") for name, value in TAKES.items()))


def starts() -> dict[str, float]:
    """The minutes at which `deploy` of `TIMED` starts, by how many runners there are."""
    pipeline = with_minutes(read_workflow(TIMED), TAKES)
    path, minutes = critical_path(pipeline.jobs)
    return {
        "enough": minutes - TAKES[path[-1]],
        "two": pushed(pipeline, runners=2).final.started["deploy"],
        "one": pushed(pipeline, runners=1).final.started["deploy"],
    }
