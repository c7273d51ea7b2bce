// Plays a run whose frames are all here, so it needs no kernel and asks no server. This file is used twice, unchanged:
// as the module of the widget, and inlined in the static page, where `model` is a stand-in that only remembers.

const ICONS = {
  first: "M5 4v12M16 4 8 10l8 6z",
  back: "M14 4 6 10l8 6z",
  play: "M6 4l9 6-9 6z",
  pause: "M7 4v12M13 4v12",
  forward: "M6 4l8 6-8 6z",
  last: "M15 4v12M4 4l8 6-8 6z",
};
const BUTTONS = [
  ["first", "First", "Home"],
  ["back", "Back", "←"],
  ["play", "Play", "Space"],
  ["forward", "Forward", "→"],
  ["last", "Last", "End"],
];
const SHORTEST_STEP = 1400; // milliseconds
const READING = 45; // milliseconds a character

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Make `old` equal to `fresh` and touch only what differs: nothing flickers, and changed colours can fade. */
function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName) return old.replaceWith(fresh.cloneNode(true));
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name); // what the reader opened stays open
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  while (old.childNodes.length > fresh.childNodes.length) old.lastChild.remove();
  fresh.childNodes.forEach((child, n) => {
    if (n < old.childNodes.length) morph(old.childNodes[n], child);
    else old.append(child.cloneNode(true));
  });
}

/** The frame of a moment: ranges of pieces, start, stop, start, stop, ... as `frames.py` packs them. */
function frame({ pieces, ranges }, moment) {
  const html = [];
  for (let n = 0; n < ranges[moment].length; n += 2) {
    html.push(...pieces.slice(ranges[moment][n], ranges[moment][n + 1]));
  }
  const template = document.createElement("template");
  template.innerHTML = html.join("");
  return template.content;
}

function sentence({ events }, moment) {
  if (moment) return `Step ${moment} of ${events.length}: ${events[moment - 1].text}`;
  return events.length ? `Start, before step 1 of ${events.length}.` : "Start. Nothing happens in this run.";
}

/** Everything the reader sees, not yet showing any moment. */
function build({ title, events }) {
  const last = events.length;
  const buttons = {};
  for (const [name, label, key] of BUTTONS) {
    const title = `${label} (${key})`;
    buttons[name] = make("button", { type: "button", "data-act": name, "aria-label": label, title });
    buttons[name].innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  }
  const range = make("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "Moment of the run" });
  const counter = make("span", { class: "counter", "aria-hidden": "true" });
  const spoken = make("p", { class: "spoken", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const kind = make("code", { class: "kind", "aria-hidden": "true" });
  const stage = make("div", { class: "stage" });

  const jump = (n) => make("button", { type: "button", "aria-label": `Show step ${n}` }, `${n}`);
  const jumps = events.map((_, n) => jump(n + 1));
  const cell = (content) => make("td", {}, content);
  const rows = events.map((event, n) =>
    make("tr", {}, cell(jumps[n]), cell(make("code", {}, event.kind)), cell(event.text)),
  );
  const columns = ["Step", "Kind", "What happened"].map((name) => make("th", { scope: "col" }, name));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...rows));
  const summary = make("summary", {}, last === 1 ? "The step as a table" : `All ${last} steps as a table`);

  const player = make(
    "section",
    { class: "vlearn player", "aria-label": title || "A run", tabindex: "-1" },
    make("div", { class: "heading" }, make("strong", { class: "title" }, title), counter),
    make("div", { class: "bar" }, make("div", { class: "buttons" }, ...Object.values(buttons)), range),
    make("div", { class: "said" }, spoken, kind),
    stage,
    make("details", { class: "twin" }, summary, table),
  );
  return { player, buttons, range, counter, spoken, kind, stage, jumps, rows };
}

function render({ model, el }) {
  const run = model.get("run");
  const last = run.events.length;
  const view = build(run);
  let moment = -1;
  let timer = 0;
  let [width, height] = [0, 0];

  function show(wanted) {
    const next = Math.min(Math.max(wanted, 0), last);
    if (next === moment) return;
    moment = next;
    morphChildren(view.stage, frame(run, moment));
    if (view.stage.offsetWidth !== width) [width, height] = [view.stage.offsetWidth, 0];
    height = Math.max(height, view.stage.scrollHeight);
    view.stage.style.minHeight = `${height}px`; // what is below the picture never jumps
    view.spoken.textContent = sentence(run, moment);
    view.kind.textContent = moment ? run.events[moment - 1].kind : "start";
    view.counter.textContent = `${moment} / ${last}`;
    view.range.value = moment;
    view.range.style.setProperty("--done", last ? moment / last : 0);
    view.range.setAttribute("aria-valuetext", moment ? `Step ${moment} of ${last}` : "Start");
    // aria-disabled, not disabled: a button that loses the focus takes the keyboard with it
    for (const name of ["first", "back"]) view.buttons[name].setAttribute("aria-disabled", moment === 0);
    for (const name of ["forward", "last"]) view.buttons[name].setAttribute("aria-disabled", moment === last);
    view.player.querySelector("[aria-current]")?.removeAttribute("aria-current");
    if (moment) view.rows[moment - 1].setAttribute("aria-current", "step");
    if (model.get("moment") === moment) return;
    model.set("moment", moment);
    model.save_changes();
  }

  function label(name, text) {
    view.buttons.play.querySelector("path").setAttribute("d", ICONS[name]);
    view.buttons.play.setAttribute("aria-label", text);
    view.buttons.play.title = `${text} (Space)`;
  }

  function pause() {
    clearTimeout(timer);
    timer = 0;
    label("play", "Play");
  }

  function play() {
    show(moment === last ? 0 : moment + 1);
    if (moment === last) return pause();
    label("pause", "Pause");
    timer = setTimeout(play, Math.max(SHORTEST_STEP, READING * view.spoken.textContent.length));
  }

  const toggle = () => (timer ? pause() : play());

  /** Steps by hand end the playing. */
  const go = (wanted) => {
    pause();
    show(wanted);
  };

  const actions = {
    first: () => go(0),
    back: () => go(moment - 1),
    play: toggle,
    forward: () => go(moment + 1),
    last: () => go(last),
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [where] = event.composedPath();
    const onRange = where === view.range;
    if (event.key === " " && (onRange || where === view.player)) toggle(); // elsewhere it presses what has the focus
    else if (event.key === "ArrowRight" || (onRange && event.key === "ArrowUp")) actions.forward();
    else if (event.key === "ArrowLeft" || (onRange && event.key === "ArrowDown")) actions.back();
    else if (event.key === "Home") actions.first();
    else if (event.key === "End") actions.last();
    else return;
    event.preventDefault();
  }

  for (const [name, act] of Object.entries(actions)) view.buttons[name].addEventListener("click", act);
  view.range.addEventListener("input", () => go(Number(view.range.value)));
  view.jumps.forEach((jump, n) => jump.addEventListener("click", () => go(n + 1)));
  view.player.addEventListener("keydown", press);

  // Jupyter's one-letter shortcuts must not act on the notebook while somebody steps through a run.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  root.replaceChildren(make("style", {}, model.get("css")), view.player);
  const follow = () => {
    if (model.get("moment") !== moment) go(model.get("moment"));
  };
  model.on("change:moment", follow);
  show(model.get("moment"));
  return () => {
    pause();
    model.off("change:moment", follow);
  };
}

export default { render };
