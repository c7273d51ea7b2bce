"""The countdown as its reader meets it: the widget's script in headless Chromium, with time in the test's hands."""

import pytest

from vlearn.lab.assets import asset
from vlearn.lab.clock import Clock

HARNESS = """state => {
  window.heard = {};
  window.sent = 0;
  window.model = {
    get: (key) => state[key],
    set: (key, value) => { state[key] = value; heard["change:" + key]?.(); },
    save_changes: () => (sent += 1),
    on: (name, call) => (heard[name] = call),
  };
  window.draw = () => {
    window.end = render({ model, el: document.getElementById("here").appendChild(document.createElement("div")) });
  };
  draw();
}"""
NOW = 1_800_000_000


@pytest.fixture
def page(open_page):
    page = open_page(
        '<button>first</button><div id="here"></div><button>last</button>'
        f'<script type="module">{asset("clock.js")} window.render = render;</script>'
    )
    page.clock.install(time=NOW)
    page.clock.pause_at(NOW + 1)
    clock = Clock(120)
    page.evaluate(HARNESS, {name: getattr(clock, name) for name in ("seconds", "began", "stopped", "css")})
    page.clock.run_for(100)
    return page


def test_it_counts_down_and_then_up_and_never_ends_anything(page):
    timer = page.get_by_role("timer")
    assert timer.text_content() == "2:00 left"
    page.clock.run_for(55_400)
    assert timer.text_content() == "1:05 left"
    page.clock.run_for(70_000)
    assert timer.text_content() == "0:05 over time"
    assert page.get_by_role("button", disabled=False).count() == 3


def test_it_speaks_seldom(page):
    said = page.get_by_role("status")
    assert said.get_attribute("aria-live") == "polite"
    assert page.get_by_role("timer").get_attribute("aria-live") is None  # the role itself keeps silent
    spoken = []
    for _ in range(130):
        page.clock.run_for(1000)
        spoken.append(said.text_content())
    assert list(dict.fromkeys(spoken)) == ["", "1 minute left.", "Time is over. You can still hand in."]


def test_it_can_be_hidden_by_keyboard_and_takes_no_focus_by_itself(page):
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_text("first").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Show the clock")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.get_by_role("timer").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "last"


def test_it_floats_within_the_window(page):
    page.set_viewport_size({"width": 400, "height": 300})
    page.evaluate("document.body.style.cssText = 'height: 3000px; transform: translateY(5px)'")
    page.evaluate("scrollTo(0, 1500)")
    box = page.locator(".clock").bounding_box()
    assert 150 < box["y"] < box["y"] + box["height"] <= 300
    assert box["x"] + box["width"] <= 400


def test_a_page_drawn_again_goes_on_with_the_same_time(page):
    page.clock.run_for(30_000)
    page.evaluate("end(); document.getElementById('here').replaceChildren(); draw()")
    assert page.get_by_role("timer").text_content() == "1:30 left"
    assert page.evaluate("sent") == 1


def test_it_goes_away_when_it_is_stopped(page):
    page.evaluate("model.set('stopped', true)")
    assert page.get_by_role("timer").count() == 0
