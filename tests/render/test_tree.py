import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.render.tree import Node, parse, parse_inline, plain, with_gaps


def kinds(nodes: tuple[Node, ...]) -> list[str]:
    return [kind for node in nodes for kind in (node.kind, *kinds(node.children))]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a *b* **c** `d`", ["paragraph", "text", "emphasis", "text", "text", "strong", "text", "text", "code"]),
        ("# a", ["heading", "text"]),
        ("- a\n- b", ["bullets", "item", "paragraph", "text", "item", "paragraph", "text"]),
        ("3. a", ["numbers", "item", "paragraph", "text"]),
        ("> a\n\n---", ["quote", "paragraph", "text", "rule"]),
        ("| a |\n|---|\n| b |", ["table", "row", "header-cell", "text", "row", "cell", "text"]),
        ("```sh\nls\n```", ["code-block"]),
        ("a  \nb", ["paragraph", "text", "break", "text"]),
        ("![a *b*](https://example.org/x.png)", ["paragraph", "text"]),
        ("<b>a</b>", ["paragraph", "text"]),
    ],
)
def test_markdown_becomes_these_nodes(markdown: str, expected: list[str]) -> None:
    assert kinds(parse(markdown)) == expected


@pytest.mark.parametrize("text", ["1. one", "# one", "- one", "> one", "    one", "| a |\n|---|"])
def test_inside_a_line_nothing_opens_a_block(text: str) -> None:
    assert "".join(plain(parse_inline(text)).split()) == "".join(text.split())


def test_an_image_is_its_alternative_text_and_a_list_keeps_its_first_number() -> None:
    (paragraph,) = parse("![a *picture*](https://example.org/x.png)")
    assert plain(paragraph.children) == "a picture"
    assert parse("7. a")[0].info == "7"


def test_gaps_are_found_in_text_and_code_and_other_numbers_are_text() -> None:
    nodes = with_gaps(parse("a [[1]] *b [[2]]* `c [[3]]` [[0]] [[9]]\n\n    mov [[3]]"), 3)
    assert [(n.kind, n.info or n.text) for n in flat(nodes) if n.kind in ("gap", "code", "text")] == [
        ("text", "a "),
        ("gap", "1"),
        ("text", " "),
        ("text", "b "),
        ("gap", "2"),
        ("text", " "),
        ("code", "c "),
        ("gap", "3"),
        ("text", " [[0]] [[9]]"),
        ("text", "mov "),
        ("gap", "3"),
    ]


def flat(nodes: tuple[Node, ...]) -> list[Node]:
    return [one for node in nodes for one in (node, *flat(node.children))]


@given(st.text())
@settings(deadline=None)
def test_any_text_parses_and_loses_no_letter_or_digit_outside_of_addresses(text: str) -> None:
    text = "".join(c if c.isalnum() else " " for c in text)
    assert "".join(plain(parse_inline(text)).split()) == "".join(text.split())
    parse(text)
