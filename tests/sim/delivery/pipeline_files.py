"""The pipeline files that several tests read, and what a reader says to any text."""

from collections.abc import Callable

from vlearn.errors import ModelError

WORKFLOW = """\
name: Shop
on:
  push:
    branches: [main, 'release/**']
  pull_request:
concurrency: {group: ci, cancel-in-progress: true}
env: {COLOUR: "1"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make
  test:
    needs: build
    strategy:
      max-parallel: 2
      matrix:
        python: ["3.11", "3.12"]
        os: [ubuntu, windows]
        exclude: [{python: "3.11", os: windows}]
    runs-on: ${{ matrix.os }}
    steps: [{run: make test}]
  deploy:
    needs: [test]
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    environment: production
    steps: [{run: make deploy}]
  tell:
    needs: deploy
    if: failure()
    runs-on: ubuntu-latest
    steps: [{run: make tell}]
"""

JENKINSFILE = """\
// a shop
pipeline {
  agent any
  environment { COLOUR = '1' }
  options {
    timeout(time: 1, unit: 'HOURS')
    disableConcurrentBuilds(abortPrevious: true)
  }
  stages {
    stage('Build') { steps { sh 'make' } }
    stage('Checks') {
      failFast true
      parallel {
        stage('Lint') { steps { sh 'make lint' } }
        stage('Unit') {
          options { retry(2) }
          steps { sh '''make test''' }
        }
      }
    }
    stage('Deploy') {
      when {
        beforeInput true
        branch 'main'
      }
      input {
        message 'Deploy?'
        submitter 'ana, bo'
      }
      steps { sh "make deploy" }
    }
    stage('Tidy') { steps { script { if (x) { y() } } } }
  }
  post {
    failure { mail to: 'team', subject: 'red' }
    always { echo 'end' }
  }
}
"""


def refusal(read: Callable[[str], object], text: str) -> str | None:
    """The words with which a reader refuses a text; None if it reads it."""
    try:
        read(text)
    except ModelError as error:
        return str(error)
    return None
