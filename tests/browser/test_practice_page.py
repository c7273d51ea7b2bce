"""The practice page as a student uses it: opened from a file, answered wrong and right, closed and opened again."""

import os
import re
from pathlib import Path

import pytest

from exporters.practice_html import questions
from tests.exporters.hostile import PLAIN

SCREENSHOTS = Path(__file__).parents[2] / "out" / "screenshots"
AXE = os.environ.get("VLEARN_AXE")
"""Where `axe.min.js` of the npm package axe-core lies."""


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 860, "height": 1150})
    yield context
    context.close()


@pytest.fixture
def open_page(context, tmp_path):
    """Opens the page in one browser again and again. Afterwards: it asked nobody, and its console stayed silent."""
    complaints = []
    file = tmp_path / "practice.html"
    file.write_bytes(questions(PLAIN))

    def opened():
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
        page.goto(file.as_uri())
        page.locator("main:not([aria-busy])").wait_for()
        return page

    yield opened
    assert complaints == []


def form(page, number):
    return page.locator(f"form[data-question='{number - 1}']")


def tick(page, number, *texts):
    for text in texts:
        form(page, number).get_by_role("listitem").filter(has_text=text).locator("input").check()


def choose(page, number, text):
    return form(page, number).get_by_role("listitem").filter(has_text=text).locator(".label").inner_text()


def check(page, number):
    """Check a question and give what is said of it."""
    form(page, number).get_by_role("button", name=re.compile("Check|Done")).press("Enter")
    status = form(page, number).get_by_role("status")
    status.filter(has_not_text="One moment").filter(has_text=re.compile(r"\S")).wait_for()
    return status.inner_text()


def answer_all(page):
    """Everything right but question 1, which is wrong, 3 and 6, which are partly right, and 7, which is left open."""
    tick(page, 1, "4, one for each level")
    tick(page, 2, re.compile(r"\bP is clear"), "a write meets")
    form(page, 3).get_by_label("True").check()
    tick(page, 3, "the TLB holds no guest addresses")
    form(page, 4).get_by_role("textbox").fill("0x36BBBE74 ns")
    form(page, 5).get_by_role("textbox").fill("  ept   VIOLATION ")
    for left, right in (("CR3", "root of the guest's tables"), ("EPTP", "root of the EPT"), ("INVLPG", "nothing")):
        form(page, 6).get_by_label(left).select_option(choose(page, 6, right))
    fields = form(page, 8)
    fields.get_by_label("Gap 1").fill("guest")
    fields.get_by_label("Gap 2").select_option("hypervisor")
    fields.get_by_label("Gap 3").fill("RAX")
    for item, category in (("CPUID", "exits"), ("ADD", "stays"), ("VMCALL", "exits")):
        form(page, 9).get_by_label(f"{item}: {category}").check()
    form(page, 10).get_by_role("textbox").fill("Both dimensions.")
    for field, text in zip(form(page, 11).get_by_role("textbox").all(), ("4096", "pdpte", "0x3010"), strict=True):
        field.fill(text)
    form(page, 12).get_by_role("textbox").fill("def references(guest, host):\n    return 24")


def score_of(page):
    page.get_by_role("button", name="Check all and show the score").press("Enter")
    result = page.locator("#result")
    result.get_by_role("table").wait_for()
    return result.inner_text()


def test_a_student_answers_reads_why_and_sees_the_score(open_page):
    page = open_page()
    answer_all(page)
    told = check(page, 1)
    assert "Not right: 0 of 0.5 points" in told
    assert "Forgets that every guest table is read through the EPT." in told
    assert "24" not in told
    assert "Right: 1 of 1 point" in check(page, 2)
    assert "Partly right: 0.75 of 1.5 points" in check(page, 3)
    assert "Partly right: 2 of 3 points" in check(page, 6)
    score = score_of(page)
    assert page.evaluate("document.activeElement.id") == "score"
    # 0 + 1 + 0.75 + 2 + 2.5 + 2 of 3 + 0 of 3.5 + 4 + 4.5 + 5.5
    assert "22.25 of 28 points. 11 of 12 questions answered." in score
    assert "Yourself to judge: 10, 12." in score
    assert "Other questions" in score
    assert "Not answered yet." in form(page, 7).get_by_role("status").inner_text()


def test_an_order_must_name_every_letter_once_and_earns_what_is_in_order(open_page):
    page = open_page()
    boxes = form(page, 7).get_by_role("textbox").all()
    right = [choose(page, 7, text) for text in (re.compile("PML4"), re.compile("PDPT"), "page directory", "page table")]
    for box in boxes:
        box.fill(right[0])
    assert "Write each of the letters A, B, C, D once." in check(page, 7)
    swapped = [right[1], right[0], *right[2:]]
    for box, letter in zip(boxes, swapped, strict=True):
        box.fill(letter.lower())
    assert "Partly right: 2.33 of 3.5 points" in check(page, 7)
    for box, letter in zip(boxes, right, strict=True):
        box.fill(letter)
    assert "Right: 3.5 of 3.5 points" in check(page, 7)


def test_the_solution_comes_after_an_attempt_and_closes_the_question(open_page):
    page = open_page()
    show = form(page, 4).get_by_role("button", name="Show the solution")
    assert not show.is_visible()
    assert "918273645" not in page.content()
    assert "Not answered yet" in check(page, 4)
    assert not show.is_visible()
    form(page, 4).get_by_role("textbox").fill("twelve")
    assert "twelve is not a number" in check(page, 4)
    show.press("Enter")
    heading = form(page, 4).get_by_role("heading", name="Answer and solution of question 4")
    heading.wait_for()
    assert heading.evaluate("element => element === document.activeElement")
    assert "918273645 ± 7 ns" in form(page, 4).inner_text()
    assert form(page, 4).get_by_role("textbox").is_disabled()
    assert form(page, 4).get_by_role("button").count() == 0


def test_what_a_person_must_judge_is_compared_with_the_solution(open_page):
    page = open_page()
    assert "Not answered yet" in check(page, 12), "the starter alone is no answer"
    form(page, 12).get_by_role("textbox").fill("def references(guest, host):\n    return 24")
    assert "Compare it with the solution yourself." in check(page, 12)
    form(page, 12).get_by_role("button", name="Show the solution").click()
    form(page, 12).get_by_text("references(4, 4)").wait_for()


def test_a_page_opened_again_is_as_it_was_left_until_it_is_started_again(open_page):
    page = open_page()
    answer_all(page)
    check(page, 2)
    score = score_of(page)
    form(page, 1).get_by_role("button", name="Show the solution").click()
    form(page, 1).get_by_text("Adds the levels").wait_for()
    page.close()
    page = open_page()
    assert "Right: 1 of 1 point" in form(page, 2).get_by_role("status").inner_text()
    assert "Adds the levels" in form(page, 1).inner_text()
    assert score_of(page) == score
    again = page.get_by_role("button", name="Start again")
    again.click()
    page.get_by_text("Press once more to clear all answers").wait_for()
    with page.expect_navigation():
        again.click()
    page.locator("main:not([aria-busy])").wait_for()
    assert form(page, 5).get_by_role("textbox").input_value() == ""
    assert "Not answered" not in page.locator("main").inner_text()


def test_the_clock_runs_only_if_it_is_asked_to(open_page):
    page = open_page()
    timer = page.get_by_role("timer")
    assert timer.inner_text() == ""
    page.get_by_role("button", name="Start a clock of 36 minutes").press("Enter")
    timer.filter(has_text=re.compile(r"3[56]:\d\d left")).wait_for()
    page.get_by_role("button", name="Stop the clock").press("Enter")
    assert timer.inner_text() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(open_page, scheme):
    if not AXE:
        pytest.skip("no axe-core: set VLEARN_AXE to its axe.min.js")
    page = open_page()
    page.emulate_media(color_scheme=scheme)
    answer_all(page)
    score_of(page)
    form(page, 1).get_by_role("button", name="Show the solution").click()
    form(page, 1).get_by_text("Adds the levels").wait_for()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"practice-page-{scheme}.png", full_page=True)
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    violations = page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length]))"
    )
    assert violations == []
