"""The player as its reader meets it: the page without a kernel, opened from a file in headless Chromium.

The widget runs the same script; only its model differs, for which the last test but one has a stand-in.
"""

import re

import pytest

from vlearn.lab import play
from vlearn.lab.assets import asset
from vlearn.trace import Trace


@pytest.fixture
def page(open_page, trace, draw):
    return open_page(play(trace, draw, "A run").to_html())


def said(page, number=0):
    return page.get_by_role("status").nth(number).text_content()


START = "Start, before step 1 of 5."
FIRST = "Step 1 of 5: reads <entry> 1 & more"
SECOND = "Step 2 of 5: reads entry_2_of_3"
FOURTH = "Step 4 of 5: </script> stays text"
LAST = "Step 5 of 5: finds $x$"


def test_the_buttons_lead_through_the_run_and_stop_at_its_ends(page):
    for name, sentence in [
        ("Back", START), ("Forward", FIRST), ("Forward", SECOND), ("Back", FIRST),
        ("Last", LAST), ("Forward", LAST), ("Back", FOURTH), ("First", START),
    ]:  # fmt: skip
        page.get_by_role("button", name=name, exact=True).click(force=True)
        assert said(page) == sentence


def test_a_button_at_the_end_is_disabled_and_keeps_the_focus(page):
    back = page.get_by_role("button", name="Back")
    assert back.get_attribute("aria-disabled") == "true"
    back.focus()
    page.keyboard.press("ArrowRight")
    assert back.get_attribute("aria-disabled") == "false"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.dataset.act") == "back"


@pytest.mark.parametrize("focus", ["slider", "button", "player"])
def test_the_keyboard_steps_wherever_the_focus_is(page, focus):
    if focus == "player":
        page.locator(".player").focus()
    else:
        page.get_by_role(focus).first.focus()
    for key, sentence in [
        ("ArrowRight", FIRST), ("ArrowRight", SECOND), ("ArrowLeft", FIRST), ("End", LAST), ("Home", START),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert said(page) == sentence


def test_the_slider_moves_the_run_and_says_where_it_is(page):
    slider = page.get_by_role("slider", name="Moment of the run")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("0", "5")
    slider.fill("4")
    assert said(page) == FOURTH
    assert slider.get_attribute("aria-valuetext") == "Step 4 of 5"


def test_every_frame_is_the_one_that_was_drawn(page, trace, draw):
    """Whatever frame comes after whichever, patching the old one gives exactly the new one."""
    frames = play(trace, draw)._frames
    slider = page.get_by_role("slider")
    for moment in (0, 3, 1, 5, 0, 4, 2):
        slider.fill(str(moment))
        drawn, patched = page.evaluate(
            "html => { const t = document.createElement('template'); t.innerHTML = html;"
            " return [t.innerHTML, document.querySelector('[data-vlearn-player]').shadowRoot"
            ".querySelector('.stage').innerHTML]; }",
            frames[moment],
        )
        assert patched == drawn


def test_playing_goes_to_the_end_stops_and_begins_again(open_page, trace, draw):
    page = open_page("")
    page.clock.install()
    page.set_content(play(trace, draw).to_html())
    play_button = page.get_by_role("button", name="Play")
    play_button.click()
    assert said(page) == FIRST
    assert page.get_by_role("button", name="Pause").count() == 1
    page.clock.run_for(60_000)
    assert said(page) == LAST
    play_button.click()
    assert said(page) == START
    page.clock.run_for(60_000)
    assert said(page) == LAST


def test_space_plays_and_pauses(open_page, trace, draw):
    page = open_page("")
    page.clock.install()
    page.set_content(play(trace, draw).to_html())
    page.get_by_role("slider").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.clock.run_for(60_000)
    assert said(page) == FIRST


def test_stepping_by_hand_pauses(open_page, trace, draw):
    page = open_page("")
    page.clock.install()
    page.set_content(play(trace, draw).to_html())
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Forward").click()
    page.clock.run_for(60_000)
    assert said(page) == SECOND


def test_the_sentence_is_a_polite_live_region(page):
    status = page.get_by_role("status")
    assert status.get_attribute("aria-live") == "polite"
    assert said(page) == START


def test_the_table_lists_every_event_and_leads_to_its_moment(page, trace):
    page.get_by_text("All 5 steps as a table").click()
    rows = page.get_by_role("row")
    assert rows.count() == 1 + len(trace)
    assert rows.nth(4).text_content() == "4read</script> stays text"
    page.get_by_role("button", name="Show step 4").click()
    assert said(page) == FOURTH
    assert rows.nth(4).get_attribute("aria-current") == "step"
    assert page.locator("tr[aria-current]").count() == 1


def test_two_players_in_one_page_do_not_meet(open_page, trace, draw):
    """Not even two of the same run, whose pages are the same text."""
    html = play(trace, draw).to_html()
    page = open_page(html + html + play(Trace(0, trace.steps[:2]), draw).to_html())
    page.get_by_role("button", name="Last").nth(1).click()
    page.get_by_role("button", name="Forward").nth(2).click()
    assert [said(page, n) for n in range(3)] == [START, LAST, FIRST.replace("5", "2")]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_fades_for_a_reader_who_asked_for_less_motion(open_page, trace, draw, motion):
    page = open_page(play(trace, draw).to_html())
    page.emulate_media(reduced_motion=motion)
    fading = page.locator(".stage rect").first.evaluate("element => getComputedStyle(element).transitionDuration")
    assert (fading == "0s") == (motion == "reduce")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["", "--jp-layout-color1: #212121; --jp-content-font-color1: #fff"])
def test_words_can_be_read_on_every_background(open_page, trace, draw, scheme, theme):
    """The contrast of WCAG 2.2 AA, 4.5 to 1, for the sentence, the muted words and the play button."""
    html = f'<body style="color-scheme: light dark; {theme}">{play(trace, draw, "A run").to_html()}'
    page = open_page(html)
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("button", name="Forward").click()
    for selector in (".spoken", ".counter", ".kind", ".twin summary", "[data-act=play]"):
        assert page.locator(selector).evaluate(CONTRAST) >= 4.5, selector


CONTRAST = """element => {
  const luminance = (colour) => {
    const part = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const scale = colour.startsWith("rgb") ? 255 : 1; // else color(srgb 0.1 0.2 0.3)
    const [r, g, b] = colour.match(/[\\d.]+/g).map((number) => part(number / scale));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(luminance);
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""


def test_the_widget_tells_its_model_the_moment_and_follows_it(open_page, trace, draw):
    """The stand-in has what anywidget's model has: get, set, save_changes, on and off."""
    player = play(trace, draw)
    state = {"run": player.run, "css": player.css, "moment": 2}
    page = open_page(
        f'<div id="here"></div><script type="module">{asset("player.js")} window.render = render;</script>'
    )
    page.evaluate(
        """state => {
          window.saved = [];
          window.heard = {};
          const model = {
            get: (key) => state[key],
            set: (key, value) => { state[key] = value; heard["change:" + key]?.(); },
            save_changes: () => saved.push(state.moment),
            on: (name, call) => (heard[name] = call),
            off: (name) => delete heard[name],
          };
          window.model = model;
          window.stop = render({ model, el: document.getElementById("here") });
        }""",
        state,
    )
    assert said(page) == SECOND
    page.get_by_role("button", name="Last").click()
    assert page.evaluate("saved") == [5]
    page.evaluate("model.set('moment', 1)")
    assert said(page) == FIRST
    page.evaluate("stop()")
    assert page.evaluate("Object.keys(heard)") == []


def test_without_scripts_the_page_shows_the_last_frame_and_the_table(open_page, trace, draw):
    page = open_page(re.sub(r"<script.*?</script>", "", play(trace, draw, "A run").to_html(), flags=re.DOTALL))
    assert page.get_by_role("img", name="5 of 5 parts are done").is_visible()
    assert page.get_by_role("row").count() == 1 + len(trace)
