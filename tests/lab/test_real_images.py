"""The table of the model's image and umoci and skopeo, and the recording that stands in for them."""

import json

import pytest

from vlearn.errors import LabError
from vlearn.lab import real_images
from vlearn.lab.exercises.ch11_builds import COMMENTED, PAGES, built
from vlearn.lab.real_images import RECORDED, beside_umoci, live_answers, model_answers, own_image

PAGE = ("".join(f"{line.partition('#')[0].rstrip()}\n" for line in COMMENTED.splitlines()), PAGES)
"""The repaired Dockerfile of the first exercise: a base, a deletion, a copy, a change of mode."""


def recorded():
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def asked(images, name):
    answers = live_answers(images, name)
    if answers is None:
        pytest.skip("umoci and skopeo are not both installed (packages umoci, skopeo)")
    return answers


def test_the_model_says_what_was_recorded():
    assert model_answers(own_image(), "app") == recorded()


def test_the_recording_is_what_the_tools_say():
    assert asked(own_image(), "app") == recorded()


def test_the_tools_read_an_image_on_a_base_with_deletions():
    images = built(*PAGE).final.images
    assert asked(images, "app") == model_answers(images, "app")


def test_without_the_tools_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.real_images.shutil.which", lambda name: None)
    images = built(*PAGE).final.images
    shown = str(beside_umoci(images, "app"))
    assert "An example of the course" in shown
    assert "were asked earlier" in shown
    assert "NO" not in shown


def test_your_own_image_is_shown_where_the_tools_are():
    images = built(*PAGE).final.images
    asked(images, "app")
    shown = str(beside_umoci(images, "app"))
    assert "Your image app" in shown
    assert "NO" not in shown


def test_a_difference_is_named(monkeypatch):
    wrong = recorded()
    wrong["history"][1][1] = ""
    wrong["settings"]["Cmd"] = ["other"]
    wrong["files"].popitem()
    monkeypatch.setattr(real_images, "live_answers", lambda images, name: wrong)
    assert str(beside_umoci()).count("NO") == 4


def test_what_the_tools_cannot_read_is_said(monkeypatch):
    asked(own_image(), "app")
    monkeypatch.setattr(real_images, "save", lambda images, folder: None)
    with pytest.raises(LabError, match="umoci stat could not read the image"):
        live_answers(own_image(), "app")
