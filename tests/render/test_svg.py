from itertools import count

import pytest

from vlearn.errors import ExportError
from vlearn.render.svg import SVG, parse_svg, write_svg


def cleaned(inner: str) -> str:
    names = f'xmlns="{SVG[1:-1]}" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return write_svg(parse_svg(f"<svg {names}>{inner}</svg>", "a test"))


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<style>@import 'https://example.org/x.css'</style>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>evil</p></foreignObject>",
        "<image href='https://example.org/evil.png'/>",
        "<a href='javascript:evil'><text>x</text></a>",
        "<rect onclick='evil()' width='1'/>",
        "<rect fill='url(https://example.org/evil)'/>",
        "<rect fill='URL( \"https://example.org/evil\" )'/>",
        "<rect style='fill:url(https://example.org/evil)'/>",
        "<rect style='background:evil'/>",
        "<rect fill='u\\72l(https://example.org/evil)'/>",
        "<use href='https://example.org/evil#a'/>",
        "<use xlink:href='data:image/svg+xml;evil'/>",
        "<set attributeName='href' to='javascript:evil'/>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><script>evil</script></html>",
        "<rect xmlns:e='https://example.org/evil' e:evil='1'/>",
    ],
)
def test_what_could_act_or_load_is_removed(inner: str) -> None:
    svg = cleaned(inner)
    assert not any(word in svg for word in ("evil", "alert", "script", "import", "example.org", "onclick"))


def test_what_draws_is_kept() -> None:
    svg = cleaned('<g transform="scale(2)"><path d="M0 0H9" stroke="red" style="stroke-width:2; fill: none"/></g>')
    assert '<g transform="scale(2)"><path d="M0 0H9" stroke="red" stroke-width="2" fill="none" /></g>' in svg
    assert "<text>a &lt; b 🙂</text>" in cleaned("<text>a &lt; b 🙂</text>")


def test_ids_and_their_references_stay_together_and_differ_between_drawings() -> None:
    one = cleaned('<defs><marker id="m"/></defs><path marker-end="url(#m)"/><use href="#m"/>')
    other = cleaned('<defs><marker id="m"/></defs><path marker-end="url(#m)" d="M0 0"/>')
    name = one.split('id="')[1].split('"')[0]
    assert f"url(#{name})" in one
    assert f'href="#{name}"' in one
    assert name not in other


DOUBLED = "".join(f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(40))


@pytest.mark.parametrize("attack", ["url(" * 50_000, f"url({' ' * 50_000}", "url('" * 50_000])
def test_an_attribute_cannot_keep_the_reader_busy(attack: str) -> None:
    assert cleaned(f'<rect fill="{attack}" width="1"/>').count("url") == 0


def test_a_comment_without_an_end_cannot_keep_the_reader_busy() -> None:
    with pytest.raises(ExportError, match="not well-formed"):
        cleaned("<!--" * 100_000)


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        ("<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "not well-formed"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>", "no document type"),
        ("<svg><g/></svg>", "its root is not <svg xmlns"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "its root is not <svg xmlns"),
        ("", "not well-formed"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>\ud800</svg>", "not well-formed"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 30_000 + "</g>" * 30_000 + "</svg>", "nested deeper"),
        (f"<svg xmlns='http://www.w3.org/2000/svg'>{DOUBLED}</svg>", "drawn in full"),
    ],
    ids=count(),
)
def test_what_is_no_drawing_is_refused_by_name(svg: str, message: str) -> None:
    with pytest.raises(ExportError, match=f"figure 'the walk'.*{message}"):
        parse_svg(svg, "the walk")


def test_a_comment_may_say_anything() -> None:
    assert "DOCTYPE" not in cleaned("<!-- <!DOCTYPE x> --><g/>")
