"""The command line. A command imports what it needs when it runs, so that `vlearn --help` is quick."""

import click

from vlearn import __version__
from vlearn.commands.bank import bank
from vlearn.commands.bench import bench
from vlearn.commands.cluster import cluster
from vlearn.commands.course import lab, notebooks
from vlearn.commands.exam import exam
from vlearn.commands.exam_grade import grade
from vlearn.commands.exam_key import key
from vlearn.commands.export import export
from vlearn.commands.group import Commands
from vlearn.commands.handout import handout


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """A course on virtualization, containers and Kubernetes, and a generator of practice exams."""


for command in (lab, notebooks, exam, export, handout, bank, cluster, bench):
    main.add_command(command)
for command in (grade, key):
    exam.add_command(command)
