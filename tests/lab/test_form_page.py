"""A form as its reader meets it: the widget's script in headless Chromium, with a stand-in for the widget's model."""

import pytest

from vlearn.lab import predict
from vlearn.lab.assets import asset
from vlearn.lab.fields import area, arrangement, checkboxes, line, menu
from vlearn.lab.form import Form

HARNESS = """state => {
  window.heard = {};
  window.sent = 0;
  window.model = {
    get: (key) => state[key],
    set: (key, value) => { state[key] = value; heard["change:" + key]?.(); },
    save_changes: () => (sent += 1),
    on: (name, call) => (heard[name] = call),
    off: (name) => delete heard[name],
  };
  render({ model, el: document.getElementById("here") });
}"""

FIELDS = (
    checkboxes("many", "Which?", ["one", "two", "three"])
    + line("word", "A word", "bytes")
    + area("essay", "Why?", 3, "because\n")
    + menu("pick", "Level", ["PML4", "PDPT <1>"])
    + arrangement("order", "In which order?", ["first", "second", "third"])
)


@pytest.fixture
def open_form(open_page):
    def opened(form):
        page = open_page(
            f'<div id="here"></div><script type="module">{asset("form.js")} window.render = render;</script>'
        )
        names = ("html", "css", "values", "submitted", "results", "done")
        page.evaluate(HARNESS, {name: getattr(form, name) for name in names})
        return page

    return opened


@pytest.fixture
def page(open_form):
    return open_form(Form(FIELDS, "Hand in", lambda values: ({}, True)))


def test_every_kind_of_field_sends_what_was_filled_in(page):
    page.get_by_label("two").check()
    page.get_by_label("three").check()
    page.get_by_label("A word").fill("4096")
    page.get_by_label("Why?").fill("so\nthat")
    page.get_by_label("Level").select_option(label="PDPT <1>")
    page.get_by_role("listitem").nth(2).get_by_label("Move up").click()
    page.get_by_role("button", name="Hand in").click()
    assert page.evaluate("[model.get('values'), model.get('submitted'), sent]") == [
        {"many": ["1", "2"], "word": ["4096"], "essay": ["so\nthat"], "pick": ["1"], "order": ["0", "2", "1"]},
        1,
        1,
    ]


def test_enter_in_a_field_hands_in(page):
    page.get_by_label("A word").fill("4096")
    page.keyboard.press("Enter")
    assert page.evaluate("model.get('submitted')") == 1


def test_an_item_moves_by_keyboard_keeps_the_focus_and_says_where_it_is(page):
    page.get_by_role("listitem").nth(0).get_by_label("Move down").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.get_by_role("listitem").all_text_contents() == ["second↑↓", "third↑↓", "first↑↓"]
    assert page.locator(".moved").text_content() == "first: now number 3"
    page.keyboard.press("Enter")
    assert page.locator(".moved").text_content() == "first: now number 3"


def test_results_come_into_a_live_region_and_a_finished_form_is_closed(page):
    page.evaluate("model.set('results', {all: '<p>Right.</p>'}); model.set('done', true)")
    region = page.locator("[data-result=all]")
    assert region.get_attribute("aria-live") == "polite"
    assert region.text_content() == "Right."
    assert page.get_by_label("A word").is_disabled()
    page.get_by_role("button", name="Hand in").click(force=True)
    assert page.evaluate("model.get('submitted')") == 0


def test_a_form_shown_again_has_what_was_filled_in(open_form):
    form = Form(FIELDS, "Hand in", lambda values: ({}, True))
    form.values = {"many": ["0"], "word": ["x"], "pick": ["1"], "order": ["2", "0", "1"]}
    page = open_form(form)
    assert page.get_by_label("one").is_checked()
    assert page.get_by_label("A word").input_value() == "x"
    assert page.get_by_label("Level").input_value() == "1"
    assert page.get_by_role("listitem").all_text_contents() == ["third↑↓", "first↑↓", "second↑↓"]


def test_jupyter_leaves_the_keys_of_a_form_alone(page):
    assert page.locator("#here").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_a_prediction_is_answered_by_keyboard(open_form, trace, draw):
    asked = predict("ch06-next", trace, 1, draw)
    page = open_form(Form(asked._fields(), "Record my prediction", asked._answer))
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("model.get('values')") == {"choice": ["1"]}
    assert page.get_by_role("group", name="What happens next?").count() == 1
