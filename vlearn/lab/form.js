// A form whose fields are written in Python: this file sends what was filled in and shows what comes back.

function render({ model, el }) {
  const form = document.createElement("form");
  form.className = "vlearn form";
  form.noValidate = true;
  form.innerHTML = model.get("html");

  const result = (slot) => form.querySelector(`[data-result="${slot}"]`);

  /** Every field's values by name, in the order in which they stand. */
  const filled = () => {
    const data = new FormData(form);
    return Object.fromEntries([...data.keys()].map((name) => [name, data.getAll(name)]));
  };

  const refill = () => {
    for (const [name, values] of Object.entries(model.get("values"))) {
      const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      for (const field of fields) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
        else if (field.type !== "hidden") field.value = values[0];
      }
      const items = fields.filter((field) => field.type === "hidden").map((field) => field.closest("li"));
      if (items.length) items[0].parentElement.append(...values.map((value) => items[value]));
    }
  };

  const showResults = () => {
    for (const [slot, html] of Object.entries(model.get("results"))) {
      const place = result(slot);
      if (place) place.innerHTML = html;
    }
  };

  const showDone = () => {
    const done = model.get("done");
    for (const field of form.querySelectorAll("input, select, textarea, [data-move]")) field.disabled = done;
    form.querySelector("[type=submit]").setAttribute("aria-disabled", done); // not disabled: it keeps the focus
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (model.get("done")) return;
    result("all").textContent = "One moment …";
    model.set("values", filled());
    model.set("submitted", model.get("submitted") + 1);
    model.save_changes();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    const up = button.dataset.move === "up";
    const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
    if (neighbour) neighbour[up ? "before" : "after"](item);
    button.focus();
    const place = [...item.parentElement.children].indexOf(item) + 1;
    form.querySelector(".moved").textContent = `${item.querySelector("span").textContent}: now number ${place}`;
  });

  // Jupyter's one-letter shortcuts must not act on the notebook while somebody writes an answer.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = model.get("css");
  refill();
  showResults();
  showDone();
  root.replaceChildren(style, form);
  model.on("change:results", showResults);
  model.on("change:done", showDone);
}

export default { render };
