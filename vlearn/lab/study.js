// Shows a study's question, and gives the controls that follow it their keys back. They are ipywidgets, which leave the
// arrows of a menu or the space bar of a tick box to JupyterLab, and its shortcuts would move, cut or change cells.

const isShortcut = (event) => event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
const keep = (event) => isShortcut(event) || event.stopPropagation();

function render({ model, el }) {
  el.innerHTML = model.get("value");
  let study = null;
  const placed = new ResizeObserver(() => {
    study = el.closest(".widget-vbox");
    if (!study) return;
    study.addEventListener("keydown", keep);
    placed.disconnect();
  });
  placed.observe(el);
  return () => {
    placed.disconnect();
    study?.removeEventListener("keydown", keep);
  };
}

export default { render };
