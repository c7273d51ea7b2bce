"""How values become text: columns, YAML, paths; and what `apply` makes of three versions of an object."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.patching import strategic_patched
from vlearn.sim.kubernetes.kubectl.columns import aligned, table
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.jsonpath import rendered
from vlearn.sim.kubernetes.kubectl.three_way import three_way
from vlearn.sim.kubernetes.kubectl.written import as_json, as_yaml

TEXTS = [
    (
        "Name:\tweb\nLabels:\ta=b\n\tc=d\n",
        "Name:   web\nLabels: a=b\n        c=d\n".replace(": ", ":  ").replace("  c", "   c"),
    ),
    ("a\tb\nlonger\tc\n\nx\ty\n", "a       b\nlonger  c\n\nx  y\n"),
    ("head\n  one\ttwo\n", "head\n  one  two\n"),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_columns_are_as_wide_as_their_neighbours(text, shown):
    assert aligned(text) == shown


def test_cells_of_a_table_are_six_wide_at_least():
    assert table([["A", "B"], ["long name", "x"]]) == "A           B\nlong name   x\n"
    assert table([["A", "B"]]) == "A     B\n"


SCALARS = [
    ("yes", '"yes"'), ("n", '"n"'), ("1", '"1"'), ("1e3", '"1e3"'), ("0x1f", '"0x1f"'), ("2026-01-01T00:00:00Z",
    '"2026-01-01T00:00:00Z"'), ("", '""'), ("null", '"null"'), ("nginx:1.26", "nginx:1.26"), ("a: b", "'a: b'"),
    ("10.96.0.1", "10.96.0.1"), ("25%", "25%"), ("*/5 * * * *", "'*/5 * * * *'"), (None, "null"), (True, "true"),
    ({}, "{}"), ([], "[]"), ("500m", "500m"), ("~", '"~"'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "written"), SCALARS)
def test_yaml_is_quoted_as_go_quotes_it(value, written):
    assert as_yaml({"a": value}) == f"a: {written}\n"


def test_lists_are_not_indented_and_lines_are_kept():
    assert as_yaml({"a": [{"b": 1}], "c": "x\ny\n"}) == "a:\n- b: 1\nc: |\n  x\n  y\n"


def test_json_has_no_markup():
    assert as_json({"b": "<&>", "a": 1}, None) == '{"a":1,"b":"\\u003c\\u0026\\u003e"}'


VALUE = {
    "kind": "List",
    "items": [
        {"name": "a", "labels": {"x.y/z": "1"}, "ports": [{"port": 80}, {"port": 443}], "ready": True},
        {"name": "b", "ports": [{"port": 22}], "ready": False},
    ],
}
PATHS = [
    ("{.kind}", "List"),
    (".kind", "List"),
    ("kind", "List"),
    ("{.items[*].name}", "a b"),
    ("{.items[1].name} and {.items[-1].name}", "b and b"),
    ("{.items[0:1].name}", "a"),
    (r"{.items[0].labels.x\.y/z}", "1"),
    ("{.items[0].labels['x.y/z']}", "1"),
    ("{..port}", "80 443 22"),
    ("{.items[?(@.ready==true)].name}", "a"),
    ('{.items[?(@.name=="b")].ports[0].port}', "22"),
    ("{.items[?(@.labels)].name}", "a"),
    ("{.items[0].ports[?(@.port>100)].port}", "443"),
    (r'{range .items[*]}{.name}{"\t"}{.ready}{"\n"}{end}', "a\ttrue\nb\tfalse\n"),
    ("{range .items[*]}[{range .ports[*]}{.port},{end}]{end}", "[80,443,][22,]"),
    ("{.items[0].ports}", '[{"port":80},{"port":443}]'),
    ("{.nope.deeper}", ""),
]


@pytest.mark.parametrize(("template", "shown"), PATHS)
def test_a_path_finds_what_it_names(template, shown):
    assert rendered(template, VALUE) == shown


@pytest.mark.parametrize(
    "template", ["{.items[7].name}", "{.kind", "{.items[?(@@)]}", "{range .items[*]}x", "{end}", "{.a b}"]
)
def test_a_path_that_makes_no_sense_is_refused(template):
    with pytest.raises(Fault):
        rendered(template, VALUE)


def pod(*containers, **spec):
    return {"metadata": {"name": "p"}, "spec": {"containers": list(containers), **spec}}


ONE, TWO = {"name": "a", "image": "x"}, {"name": "b", "image": "y"}
APPLIED = [
    # applied before, to be applied, there now, what it comes to
    (pod(ONE), pod(ONE), pod(ONE, hostname="h"), pod(ONE, hostname="h")),
    (pod(ONE, hostname="h"), pod(ONE), pod(ONE, hostname="h"), pod(ONE)),
    (pod(ONE), pod(ONE, TWO), pod(ONE), pod(ONE, TWO)),
    (pod(ONE, TWO), pod(TWO), pod(ONE, TWO, {"name": "sidecar"}), pod(TWO, {"name": "sidecar"})),
    (pod(ONE), pod({"name": "a", "image": "z"}), pod({**ONE, "imagePullPolicy": "Always"}),
     pod({"name": "a", "image": "z", "imagePullPolicy": "Always"})),
    (pod({**ONE, "command": ["x"]}), pod(ONE), pod({**ONE, "command": ["x"]}), pod(ONE)),
]  # fmt: skip


@pytest.mark.parametrize(("original", "modified", "current", "after"), APPLIED)
def test_apply_changes_what_the_file_changes_and_leaves_what_others_set(original, modified, current, after):
    patch = three_way(original, modified, current, "Pod")
    assert strategic_patched(current, patch, "Pod") == after
    assert three_way(modified, modified, after, "Pod") == {}


NAMES = st.sampled_from("abc")
LABELS = st.dictionaries(NAMES, st.sampled_from("xyz"))
CONTAINERS = st.lists(
    st.fixed_dictionaries({"name": NAMES, "image": st.sampled_from("xyz")}),
    unique_by=lambda each: each["name"],
    min_size=1,
)
PODS = st.builds(
    lambda labels, containers: {"metadata": {"labels": labels}, "spec": {"containers": containers}}, LABELS, CONTAINERS
)


@given(PODS, PODS)
def test_applying_twice_from_nothing_else_gives_the_file(before, after):
    """Where nobody else has changed the object, it becomes what is to be applied, and then stays."""
    there = strategic_patched(before, three_way(before, after, before, "Pod"), "Pod")
    assert there == after
    assert three_way(after, after, there, "Pod") == {}
