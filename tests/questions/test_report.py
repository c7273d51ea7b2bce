"""The report on the bank: its numbers, and a page that is readable without colours, scripts or a network."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from unittest.mock import patch

import pytest

from tests.questions.files import bank_of, stated
from tests.questions.samples import COURSE
from vlearn.course import COURSE as WHOLE_COURSE
from vlearn.errors import ContentError
from vlearn.questions.bank import load_bank
from vlearn.questions.report import report
from vlearn.questions.report_html import page, write_report
from vlearn.questions.stress import tried

SUM = "{generator: sum, parameters: {most: 40}, points: 1, minutes: 1, difficulty: 1, bloom: apply}"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    generated = f"questions:\n  - {{id: sum, objective: ch01-count, {SUM[1:]}\n"
    more = stated("essay").replace("q1", "q2").replace("apply", "create").replace("points: 1", "points: 2.5")
    bank = bank_of(tmp_path_factory.mktemp("bank"), one=stated("numeric"), two=more, three=generated)
    return report(bank, 30, COURSE)


@pytest.fixture(scope="module")
def own():
    """The report on the course's bank. One variant of each generated question does: the numbers are of questions."""

    with patch("vlearn.questions.report.tried", lambda entry, seeds: tried(replace(entry, variants=1), seeds)):
        return report(load_bank(), 1)


class Tables(HTMLParser):
    """The texts of every cell, table by table and row by row, and the tags of the page."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.tags, self.attributes, self.within = [], Counter(), [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.append((tag, dict(attrs)))
        match tag:
            case "table":
                self.tables.append([])
            case "tr":
                self.tables[-1].append([])
            case "th" | "td":
                self.tables[-1][-1].append("")
                self.within = True

    def handle_endtag(self, tag):
        self.tags[f"/{tag}"] += 1
        self.within = self.within and tag not in ("th", "td")

    def handle_data(self, data):
        if self.within:
            self.tables[-1][-1][-1] += data


def test_questions_are_counted_by_objective_and_bloom_level(made):
    ((chapter, counts), (_, other)) = made.chapters
    assert chapter.id == "ch01"
    walk, count = counts.rows
    assert dict(zip(counts.columns, walk.counts, strict=True)) == {
        **dict.fromkeys(counts.columns, 0),
        "apply": 1,
        "create": 1,
    }
    assert (walk.wanted, count.wanted) == ("1 more question", "2 more questions, 1 more Bloom level")
    assert other.rows[0].wanted == "3 more questions, 2 more Bloom levels"


def test_every_overall_table_counts_every_question_of_the_bank_once(own):
    for counts in (*own.overall, *(counts for _, counts in own.chapters)):
        assert {len(row.counts) for row in counts.rows} == {len(counts.columns)}
    for counts in own.overall:
        assert sum(sum(row.counts) for row in counts.rows) == len(own.bank)
    assert sum(sum(row.counts) for _, counts in own.chapters for row in counts.rows) == len(own.bank)


def test_a_trial_of_each_generated_question_is_told(made):
    ((entry, trial),) = made.trials
    assert (entry.id, trial.findings) == ("sum", ())
    assert trial.variants >= 100
    assert "sum" in page(made).decode()


def test_the_page_states_every_number_that_it_shades(own):
    tables = Tables(page(own).decode()).tables
    bloom = tables[0]
    assert bloom[0] == ["Chapter", *own.overall[0].columns, "all"]
    for row, cells in zip(own.overall[0].rows, bloom[1:-1], strict=True):
        assert cells == [f"{row.about} {row.text}", *map(str, row.counts), str(sum(row.counts))]
    assert bloom[-1][-1] == str(len(own.bank))
    assert len(tables) >= len(own.overall) + len(WHOLE_COURSE) + 1


def test_the_page_is_well_formed_and_loads_nothing(own):
    seen = Tables(page(own).decode())
    for tag in ("table", "tr", "td", "th", "section", "div", "caption", "code", "a", "main"):
        assert seen.tags[tag] == seen.tags[f"/{tag}"]
    assert not seen.tags.keys() & {"script", "img", "iframe", "link", "object"}
    ids = [attrs["id"] for _, attrs in seen.attributes if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] for tag, attrs in seen.attributes if tag == "a"]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in seen.attributes if tag == "th")


def test_a_finding_is_told_with_its_place_and_escaped(made):
    (finding, *_) = made.findings
    text = page(replace(made, findings=(replace(finding, message=HOSTILE, line=41),))).decode()
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text
    assert f"{finding.path.name}:41" in text
    assert "lints clean" not in text
    assert "Every question lints clean" in page(replace(made, findings=())).decode()


def test_a_bank_without_generators_says_so(made):
    assert "No question is generated." in page(replace(made, trials=())).decode()


def test_the_page_is_written_whole_or_not_at_all(made, tmp_path):
    path = write_report(made, tmp_path / "new" / "report.html")
    assert path.read_bytes() == page(made)
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
    with pytest.raises(ContentError, match="cannot be written here"):
        write_report(made, path / "below.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_cell_has_contrast_and_nothing_overflows_the_page(own, tmp_path, browser, scheme):
    path = write_report(own, tmp_path / "report.html")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 400, "height": 800})
    shown = context.new_page()
    shown.goto(path.as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= 400
    colours = shown.evaluate(
        """() => [...document.querySelectorAll("td, th, p, caption, h2")].map(cell => {
            let ground = cell;
            while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
            return [getComputedStyle(cell).color, getComputedStyle(ground).backgroundColor];
        }).map(pair => pair.map(colour => colour.match(/\\d+/g).slice(0, 3).map(Number)))"""
    )
    context.close()
    assert len(colours) > 500
    assert min(contrast(*pair) for pair in {(tuple(a), tuple(b)) for a, b in colours}) >= 4.5


def contrast(one, other):
    """The contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    shares = (part / 255 for part in colour)
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
