"""What the player says of itself without a browser; what it does in one is in test_player_page.py."""

import json
import re

import pytest

from vlearn.errors import ModelError
from vlearn.lab import play
from vlearn.lab.assets import asset
from vlearn.trace import Event, Step, Trace


def test_the_output_is_a_widget_and_a_page_and_a_text(trace, draw):
    data, _ = play(trace, draw, "A run")._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert data["text/plain"].splitlines()[:2] == ["A run", "1. reads <entry> 1 & more"]


def test_widget_and_page_hold_the_same_script(trace, draw):
    player = play(trace, draw)
    assert str(player._esm) == asset("player.js")
    assert asset("player.js") in player.to_html()


def test_the_page_loads_nothing(trace, draw):
    page = play(trace, draw).to_html()
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|import\(|\bfetch\b|\bsrc=", page)


def test_no_text_can_end_the_script(trace, draw):
    page = play(trace, draw, "</script><b>").to_html()
    assert page.count("</script>") == 2
    assert "</script" not in asset("player.js")


def test_the_page_is_the_same_every_time(trace, draw):
    assert play(trace, draw).to_html() == play(trace, draw).to_html()


def test_a_page_without_scripts_still_has_the_last_frame_and_every_event(trace, draw):
    still = re.sub(r"<script.*?</script>", "", play(trace, draw, "A run").to_html(), flags=re.DOTALL)
    assert "5 of 5 parts are done" in still
    assert "reads &lt;entry&gt; 1 &amp; more" in still
    assert still.count("<tr>") == 1 + len(trace)


def test_the_data_of_the_page_holds_every_event_as_text_without_the_marks_of_code(trace, draw):
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', play(trace, draw).to_html(), re.DOTALL)
    told = [event["text"] for event in json.loads(data)["run"]["events"]]
    assert told == [s.event.text.replace("`", "") for s in trace.steps]


def test_a_moment_outside_the_run_is_refused(trace, draw):
    player = play(trace, draw)
    player.moment = 5
    with pytest.raises(ModelError, match="moments 0 to 5; there is no moment 6"):
        player.moment = 6
    assert player.moment == 5


def test_a_run_in_which_nothing_happens_can_be_played(draw):
    assert play(Trace(0, ()), draw).to_text() == "A run\nNothing happens in this run."


def test_a_run_too_long_to_draw_is_refused(draw):
    steps = tuple(Step(Event("tick", "A tick."), 0) for _ in range(1001))
    with pytest.raises(ModelError, match="1001 steps; a player takes 1000"):
        play(Trace(0, steps), draw)
