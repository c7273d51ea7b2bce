"""Views of the kernel of teaching size, read as text."""

from xml.etree import ElementTree

import pytest

from vlearn.blocks import Figure, Table
from vlearn.sim.containers import Host
from vlearn.sim.containers import calls as sys
from vlearn.views.containers_mounts import draw_mounts
from vlearn.views.containers_namespaces import draw_namespaces
from vlearn.views.containers_processes import draw_processes


@pytest.fixture
def host():
    host = Host.boot()
    first = host.clone(1, "CLONE_NEWPID", "CLONE_NEWNS", "CLONE_NEWUTS")
    host.exec(first, "sh")
    host.exit(host.fork(first))
    return host


def test_the_process_tree_says_which_pid_each_namespace_sees(host):
    figure, table = draw_processes(host.kernel)
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)
    assert [row[3] for row in table.rows] == ["1", "2 1", "3 2"]
    assert "sh, a zombie (exit code 0): pid 3 in pid:[4026531836], 2 in pid:[4026532178], child of 2" in figure.alt


def test_the_membership_table_marks_what_is_not_the_first_of_its_kind(host):
    members, counted = draw_namespaces(host.kernel)
    assert isinstance(members, Table)
    assert isinstance(counted, Table)
    assert [cell.endswith("*") for cell in members.rows[1][2:]] == [False, False, True, False, True, False, False, True]
    assert {row[0].partition(":")[0] for row in counted.rows} == {"mnt", "pid", "uts"}
    assert all(int(row[2]) == len(row[3].split(", ")) for row in counted.rows if "more" not in row[3])


def test_the_mount_trees_show_peer_groups(host):
    host.mount(2, "none", "/", "", "REC", "SLAVE")
    host.mount(1, "t", "/mnt", "tmpfs")
    figure, table = draw_mounts(host.kernel)
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)
    of_mnt = [row[6] for row in table.rows if row[2] == "/mnt"]
    assert of_mnt == ["shared:6", "master:6"]
    assert "/mnt tmpfs (master:6)" in figure.alt


def test_a_holder_is_named_once_and_a_namespace_by_its_last_digits(host):
    members, counted = draw_namespaces(host.kernel)
    space = host.process(2).namespaces.pid
    row = next(row for row in counted.rows if str(space) in row[0])
    assert row[2:] == ("3", "process 2 (sh), and for its children, process 3 (sh)")
    assert f"{space % 1000}*" in members.rows[1]


@pytest.mark.parametrize("draw", [draw_processes, draw_namespaces, draw_mounts])
def test_every_moment_can_be_drawn_and_every_figure_is_well_formed(host, draw):
    host.call(sys.Kill(1, 2, "SIGKILL"))
    for step in host.trace().steps:
        for block in draw(step.state, step.event):
            if isinstance(block, Figure):
                assert ElementTree.fromstring(block.svg).tag.endswith("svg")
            else:
                assert block.rows
