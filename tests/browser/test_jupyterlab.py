"""Chapter 6 as a student meets it: opened in JupyterLab, run, stepped through by keyboard, turned at its controls."""

from pathlib import Path

import pytest

SCREENSHOTS = Path(__file__).parents[2] / "out" / "screenshots"
NOTEBOOK = "06-memory.ipynb"

NEWS = "window.jupyterapp.isPluginActivated('@jupyterlab/apputils-extension:announcements')"
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets"
READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const cells = panel?.content?.widgets?.length;
  return cells && cells === panel.content.model.cells.length && panel.sessionContext.session?.kernel?.status === "idle";
}"""
RUN_ALL = """() => {
  window.jupyterapp.commands.execute("notebook:run-all-cells").then(() => (window.everythingRan = true));
}"""
CODE = f"{CELLS}.map((cell) => cell.model).filter((model) => model.type === 'code')"
ERRORS = f"""() => {CODE}.flatMap((model) => model.outputs.toJSON())
  .filter((output) => output.output_type === "error")
  .map((error) => `${{error.ename}}: ${{error.evalue}}`)"""
NOT_RUN = f"() => {CODE}.filter((model) => model.executionCount === null).map((model) => model.sharedModel.source)"
PLACES = f"""(text) => {CELLS}.flatMap(
  ({{ model }}, place) => model.type === "code" && model.sharedModel.source.includes(text) ? [place] : []
)"""
BRING = """async (place) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = place;
  await notebook.scrollToItem(place, "start");
}"""


def cells_with(page, text):
    """The code cells that have the text, each brought into view in its turn: JupyterLab draws no others."""
    places = page.evaluate(PLACES, text)
    assert places, f"no code cell of {NOTEBOOK} has {text}"
    for place in places:
        page.evaluate(BRING, place)
        yield page.locator(f'.jp-Cell[data-windowed-list-index="{place}"]')


def keep(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def chapter(lab_url, page):
    """The chapter's page after all of its cells ran without an error."""
    page.goto(lab_url.format(NOTEBOOK))
    page.wait_for_function(READY)
    page.evaluate(RUN_ALL)
    page.wait_for_function("window.everythingRan")
    assert page.evaluate(ERRORS) == []
    assert page.evaluate(NOT_RUN) == []
    assert not page.evaluate(NEWS), "JupyterLab would have its server ask for news"
    return page


def step_the_player(page, player):
    """By keyboard alone, once it has the focus: what is said changes with every step, and ends at the last."""
    spoken = player.get_by_role("status")
    assert spoken.get_attribute("aria-live") == "polite"
    assert spoken.inner_text().startswith("Start")
    player.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    first = spoken.inner_text()
    assert first.startswith("Step 1 of ")
    page.keyboard.press("ArrowRight")
    assert spoken.inner_text().startswith("Step 2 of ")
    page.keyboard.press("ArrowLeft")
    assert spoken.inner_text() == first
    page.keyboard.press("End")
    steps = first.removeprefix("Step 1 of ").partition(":")[0]
    assert spoken.inner_text().startswith(f"Step {steps} of {steps}: ")


def move_the_first_control(page, study):
    """By keyboard: what stands below the controls is another result then."""
    shown = study.locator(".widget-html").last
    before = shown.inner_html()
    control = study.locator(".noUi-handle, select, input[type=checkbox]").first
    control.press("Space" if control.get_attribute("type") == "checkbox" else "ArrowDown")
    page.wait_for_function("([shown, before]) => shown.innerHTML !== before", arg=[shown.element_handle(), before])


def test_a_student_can_work_through_chapter_6(chapter):
    cells = chapter.evaluate(f"() => {CELLS}.length")
    for number, cell in enumerate(cells_with(chapter, "lab.play("), 1):
        step_the_player(chapter, cell.locator(".player"))
        keep(chapter, f"player-{number}")
    for number, cell in enumerate(cells_with(chapter, "lab.study("), 1):
        move_the_first_control(chapter, cell)
        keep(chapter, f"study-{number}")
    assert chapter.evaluate(f"() => {CELLS}.length") == cells, "a key acted on the notebook instead of the player"
