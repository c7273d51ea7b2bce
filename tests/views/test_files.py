"""The pictures of the union filesystem: the layers with the chosen one lit, and the merged tree."""

from xml.etree import ElementTree

from vlearn.blocks import Figure, Table
from vlearn.sim.files import Plain, filesystem_of, mount
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import run
from vlearn.views.files_layers import MOST, draw
from vlearn.views.files_tree import merged_tree

FRUITS = filesystem_of({"path": name, "type": "file", "content": name} for name in ("Apple", "Tomato"))
VEGETABLES = filesystem_of({"path": name, "type": "file", "content": name} for name in ("Carrots", "Tomato"))
HEALTHY = mount((FRUITS, VEGETABLES), Plain())


def blocks_of(state, event, kind):
    return [block for block in draw(state, event) if isinstance(block, kind)]


def test_the_merged_tree_says_where_each_file_comes_from():
    tree = merged_tree(HEALTHY.append(("Carrots",), b"!").mkdir(("d",)).symlink(("d", "s"), "../Apple"))
    assert tree.source.splitlines() == [
        "/",
        "  Apple  (lower 0)",
        "  Carrots  (upper)",
        "  Tomato  (lower 0)",
        "  d/  (upper)",
        "    s@ -> ../Apple  (upper)",
    ]


def test_the_table_says_what_the_picture_shows():
    trace = run(operate, HEALTHY, [Operation("unlink", ("/Tomato",))])
    (table,) = blocks_of(trace.final, trace.steps[-1].event, Table)
    assert table.header == ("Layer", "/Apple", "/Carrots", "/Tomato")
    assert table.rows == (
        ("upper", "–", "–", "whiteout, hides what is below"),
        ("lower 0", "file, shown", "–", "file, hidden"),
        ("lower 1", "–", "file, shown", "file, hidden"),
    )


def test_every_moment_of_a_run_is_drawn_as_well_formed_svg_with_the_touched_path_named():
    trace = run(operate, HEALTHY, [Operation("append", ("/Carrots", b"!")), Operation("rename", ("/Apple", "/Pear"))])
    for step in trace.steps:
        (figure,) = blocks_of(step.state, step.event, Figure)
        assert ElementTree.fromstring(figure.svg).tag.endswith("svg")
        assert "(touched)" in figure.alt


def test_a_large_tree_is_drawn_in_part_and_says_so():
    many = filesystem_of({"path": f"f{n:02}", "type": "file", "content": ""} for n in range(30))
    overlay = mount((many,), Plain())
    (figure,) = blocks_of(overlay, None, Figure)
    assert figure.alt.count("lower 0: file, shown") == MOST
    assert any("23 more paths are not drawn" in getattr(block, "markdown", "") for block in draw(overlay, None))


def test_empty_layers_are_no_picture():
    assert blocks_of(mount((Plain(),), Plain()), None, Figure) == []
