from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.views.geometry import SVG, boxes_of, collisions, page_of, root_of, texts_of
from vlearn.render.svg import parse_svg
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    READ,
    WAITING,
    arrow,
    badge,
    box,
    cross,
    drawing,
    element,
    fitted,
    line,
    placed,
    text,
    tick,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "a & b",
    "]]>",
    "\x00\x1b\ud800\ufffe",
    'say "no"',
    "🙂 שלום",
    '#read("x")',
    "$x$",
)


def drawn(*shapes):
    return root_of(drawing(100, 50, shapes))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_text_comes_out_as_the_characters_it_is(words):
    root = drawn(text(1, 2, words), element("rect", fill=words))
    found = root.find(f"{SVG}text").text
    assert found == root.find(f"{SVG}rect").get("fill") == "".join(c if c.isprintable() else "\ufffd" for c in words)
    assert not list(root.iter(f"{SVG}script"))


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_makes_a_well_formed_drawing(words):
    root = ET.fromstring(drawing(1, 1, [text(0, 0, words), element("g", fill=words)]))
    assert [child.tag for child in root] == [f"{SVG}text", f"{SVG}g"]


def test_a_drawing_has_its_size_as_its_view_and_takes_nothing_from_outside():
    root = drawn(box(1, 2, 3, 4), text(5, 6, "here"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("100", "50", "0 0 100 50")
    assert page_of(root).right == 100
    assert not [e for e in root.iter() if {"id", "class", "style", "href"} & e.attrib.keys()]


def test_the_same_shapes_make_the_same_text():
    shapes = [box(1 / 3, 2 / 3, -0.01, 1e3), arrow((0, 0), (20, 0)), badge(5, 5, 3)]
    assert drawing(10, 10, shapes) == drawing(10, 10, list(shapes))
    assert shapes[0].startswith('<rect x="0.3" y="0.7" width="0" height="1000" rx="3"')


def test_a_small_drawing_in_full():
    assert drawing(40, 20, [box(1, 1, 38, 18, PLAIN, radius=0), text(20, 14, "P < 1", anchor="middle", fill=INK)]) == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20" '
        'font-family="IBM Plex Sans, DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif" font-size="12">\n'
        '<rect x="1" y="1" width="38" height="18" fill="#F6F8FA" stroke="#8C959F" stroke-width="1"/>\n'
        '<text x="20" y="14" fill="#1B1F24" text-anchor="middle">P &lt; 1</text>\n'
        "</svg>"
    )


@pytest.mark.parametrize(
    ("end", "tip", "back"),
    [
        ((30, 10), "30,10", "22.6,10"),
        ((-10, 10), "-10,10", "-2.6,10"),
        ((10, 30), "10,30", "10,22.6"),
        ((10, -9), "10,-9", "10,-1.6"),
    ],
)
def test_an_arrow_points_along_its_last_stretch(end, tip, back):
    root = drawn(arrow((10, 10), end))
    assert root.find(f"{SVG}polygon").get("points").split()[0] == tip
    assert root.find(f"{SVG}polyline").get("points").split()[-1] == back


def test_looks_differ_in_more_than_colour():
    assert WAITING.dashes
    assert not any(look.dashes for look in (PLAIN, READ, GUEST, CURRENT, DONE, FAULT))
    assert CURRENT.thickness > 2 * READ.thickness
    for shape, count in ((tick(9, 9), 1), (cross(9, 9), 2)):  # the thick ones carry a sign as well
        assert len(list(drawn(shape).iter(f"{SVG}polyline"))) == count


def test_what_the_renderer_makes_safe_loses_nothing():
    svg = drawing(
        90, 40, [box(1, 1, 9, 9, WAITING), text(2, 9, "x", mono=True, bold=True), arrow((0, 0), (20, 0)), tick(30, 20)]
    )
    safe, given = parse_svg(svg, "a drawing"), root_of(svg)
    assert [(e.tag, dict(e.attrib), e.text) for e in safe.iter()] == [
        (e.tag, dict(e.attrib), e.text) for e in given.iter()
    ]


FLAWS = [
    ([text(95, 20, "too far")], "outside the page"),
    ([text(5, 20, "one word"), text(20, 22, "another")], "meets"),
    ([box(5, 5, 20, 20), text(8, 18, "longer than it")], "sticks out"),
    ([text(5, 20, "covered"), badge(30, 18, 1)], "lies under a disc"),
    ([text(5, 20, "tiny", size=6)], "too small to read"),
]


@pytest.mark.parametrize(("shapes", "flaw"), FLAWS)
def test_the_check_of_the_drawings_sees_each_flaw(shapes, flaw):
    assert any(flaw in found for found in collisions(drawing(100, 50, shapes)))


def luminance(colour):
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("look", [WAITING, PLAIN, READ, GUEST, CURRENT, DONE, FAULT])
def test_dark_text_is_legible_on_every_fill(look):
    assert (luminance(look.fill) + 0.05) / (luminance(INK) + 0.05) > 7


def test_words_are_set_smaller_only_where_they_must():
    assert fitted("0x1000", 100) == 11
    size = fitted("0x3fffffffffff", 80)
    (area,) = texts_of(drawn(text(0, 20, "0x3fffffffffff", size=size, mono=True)))
    assert 70 < area.right <= 80.5
    assert placed("at", 0x1000, 80) == "at 0x1000"
    assert placed("at", 0x3FFFFFFFFFFF, 90) == "0x3fffffffffff"


def test_a_line_is_one_course_through_its_points():
    (course,) = drawn(line((0, 0), (5, 0), (5, 7.25), dashes="3 3"))
    assert (course.get("points"), course.get("fill"), course.get("stroke-dasharray")) == (
        "0,0 5,0 5,7.2",
        "none",
        "3 3",
    )


def test_a_box_is_where_it_was_put():
    (area,) = boxes_of(drawn(box(10, 20, 30, 15)))
    assert (area.left, area.top, area.right, area.bottom) == (10, 20, 40, 35)
