"""Whatever text there is, it stays inside its script element and comes out as it went in."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.lab.assets import json_in_script, page

TEXTS = st.lists(st.sampled_from(["</script>", "<!--", "<script>", "-->", "\\", '"', "é", "\u2028", "x"])).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_json_in_a_script_neither_ends_it_nor_opens_a_comment(text):
    written = json_in_script({"text": text})
    assert not re.search(r"</|<!", written)
    assert json.loads(written) == {"text": text}


def test_an_output_brings_its_style_and_keeps_mathematics_out():
    shown = page("<p>$x$</p>")
    assert shown.startswith("<style>")
    assert 'class="vlearn tex2jax_ignore mathjax_ignore"' in shown


def test_the_style_sheets_name_only_what_is_the_labs_own():
    """An output's style sheet holds for the whole notebook: every rule must begin below `.vlearn`."""
    style = re.sub(
        r"/\*.*?\*/", "", re.search("<style>(.*)</style>", page("", "form.css"), re.DOTALL)[1], flags=re.DOTALL
    )
    selectors, depth = [], 0
    for selector, brace in re.findall(r"([^{};]*)([{};])", style):
        if brace == "{" and depth == 0:
            selectors += selector.split(",")
        depth += {"{": 1, "}": -1}.get(brace, 0)
    assert selectors
    assert all(selector.strip().startswith(".vlearn") for selector in selectors)
