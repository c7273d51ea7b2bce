"""A practice exam as a student sits it in JupyterLab: chosen and handed in by keyboard, with the clock in view."""

from pathlib import Path

import pytest

SCREENSHOTS = Path(__file__).parents[2] / "out" / "screenshots"
READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.content?.widgets?.length && panel.sessionContext.session?.kernel?.status === "idle";
}"""
RUN_ALL = """() => {
  window.jupyterapp.commands.execute("notebook:run-all-cells").then(() => (window.everythingRan = true));
}"""
BRING = """async (text) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const place = notebook.widgets.findIndex(({ model }) => model.sharedModel.source.includes(text));
  notebook.activeCellIndex = place;
  await notebook.scrollToItem(place, "start");
}"""
THEME = """(name) => window.jupyterapp.commands.execute("apputils:change-theme", { theme: name })"""


def keep(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def notebook(lab_url, page):
    page.goto(lab_url.format("practice-exam.ipynb"))
    page.wait_for_function(READY)
    page.evaluate(RUN_ALL)
    page.wait_for_function("window.everythingRan")
    page.evaluate(BRING, "lab.choose_practice()")
    page.get_by_text("Chapters (none ticked").wait_for()
    return page


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_student_chooses_sits_and_hands_in_an_exam(notebook, theme):
    page, name = notebook, f"practice-{theme.split()[1].lower()}"
    page.evaluate(THEME, theme)
    choosing = page.locator("form.vlearn", has_text="Chapters (none ticked")
    choosing.get_by_label("6. Memory").press("Space")
    choosing.get_by_label("numeric").press("Space")
    choosing.get_by_label("Count the time down").press("Space")
    keep(page, f"{name}-choice")
    choosing.get_by_role("button", name="Begin").press("Enter")
    cell = page.locator(".jp-Cell", has=choosing)
    exam = cell.locator("form.vlearn", has_text="Practice exam, chapter 6")
    exam.get_by_role("button", name="Hand in").wait_for()
    choosing.get_by_text("below. The clock runs.").wait_for()
    clock = cell.get_by_role("timer")
    clock.filter(has_text="left").wait_for()
    for field in exam.get_by_role("textbox").all():
        field.fill("1")
    keep(page, f"{name}-exam")
    exam.get_by_role("button", name="Hand in").press("Enter")
    cell.get_by_text("Score by objective.").wait_for()
    exam.locator("[data-result=all]").filter(has_text="fully right. In time").wait_for()
    clock.wait_for(state="detached")
    keep(page, f"{name}-result")
    cell.get_by_text("Score by objective.").scroll_into_view_if_needed()
    keep(page, f"{name}-score")
    again = cell.get_by_role("link", name="Chapter 6, Memory virtualization").first
    assert again.evaluate("link => new URL(link.href).pathname") == "/lab/tree/06-memory.ipynb"
    player = cell.locator(".player").first
    player.scroll_into_view_if_needed()
    player.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    player.get_by_role("status").filter(has_text="Step 1 of ").wait_for()
    keep(page, f"{name}-run")
