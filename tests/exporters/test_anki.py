"""The deck, imported by Anki itself: every card once, pictures where the cards look for them, text inert."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, collections, missing
from vlearn.blocks import Text
from vlearn.exams.collection import Collection

pytest.importorskip("genanki", reason="the package genanki is not installed")
anki = pytest.importorskip("anki.collection", reason="Anki's own importer (the package anki) is not installed")

from exporters import anki as exporter  # noqa: E402  after the packages that it needs


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Any]:
    opened = anki.Collection(str(tmp_path / "profile.anki2"))
    yield opened
    opened.close()


def take_in(profile: Any, collection: Collection, **options: Any) -> Any:
    package = Path(profile.path).with_name("deck.apkg")
    package.write_bytes(exporter.questions(collection))
    chosen = anki.ImportAnkiPackageOptions(**options)
    return profile.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(package), options=chosen)).log


def cards(profile: Any) -> list[Any]:
    return [profile.get_card(id) for id in profile.find_cards("")]


@collections
def test_a_second_import_adds_no_card(profile: Any, collection: Collection) -> None:
    assert exporter.left_out(collection) == ()
    assert len(take_in(profile, collection).new) == len(collection.questions)
    again = take_in(profile, collection)
    assert (len(again.new), len(again.duplicate)) == (0, len(collection.questions))
    assert profile.card_count() == len(collection.questions)


def test_a_changed_question_is_updated_where_anki_is_told_to(profile: Any) -> None:
    take_in(profile, PLAIN)
    changed = tuple(replace(q, prompt=(Text("Another prompt"),)) for q in PLAIN.questions)
    always = anki.ImportAnkiPackageOptions.DESCRIPTOR.fields_by_name["update_notes"].enum_type.values_by_name
    take_in(
        profile,
        Collection(PLAIN.title, changed),
        update_notes=always["IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS"].number,
    )
    assert profile.card_count() == len(changed)
    assert all("Another prompt" in card.question() for card in cards(profile))


def test_a_second_deck_does_not_displace_the_first(profile: Any) -> None:
    take_in(profile, PLAIN)
    take_in(profile, Collection("Another", tuple(replace(q, id=f"{q.id}-v2") for q in PLAIN.questions)))
    assert profile.card_count() == 2 * len(PLAIN.questions)


def test_pictures_travel_with_the_cards(profile: Any) -> None:
    take_in(profile, PLAIN)
    report = profile.media.check()
    assert (list(report.missing), list(report.unused)) == ([], [])
    assert len(list(Path(profile.media.dir()).iterdir())) == 2


def test_hostile_text_is_shown_as_itself(profile: Any) -> None:
    take_in(profile, HOSTILE_COLLECTION)
    shown = []
    for card in cards(profile):
        assert not card.question_av_tags()
        assert not card.answer_av_tags()
        page = re.sub(r"<style>.*?</style>", "", card.question() + card.answer(), flags=re.DOTALL)
        tags = re.findall(r"</?([a-zA-Z]+)", page)
        assert not {"script", "e", "textarea", "latex"} & set(tags)
        shown.append(
            "".join(
                (html.unescape(re.sub(r"<[^>]*>", "", page)), *map(html.unescape, re.findall(r'alt="([^"]*)"', page)))
            )
        )
    assert missing("".join(shown)) == []


@collections
def test_the_same_questions_give_the_same_bytes(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    once = exporter.questions(collection)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert exporter.questions(collection) == once
