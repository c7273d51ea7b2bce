// The page: checks a question when it is handed in, shows its solution when asked to, and the score at the end.
// A question whose solution was shown is closed. What was checked is checked again when the page is opened again.

const forms = [...document.querySelectorAll("form[data-question]")];
const results = questions.map(() => null);
const state = store.load(questions.length) ?? questions.map(() => ({ values: null, checked: false, closed: false }));
const byId = (id) => document.getElementById(id);

/** Many verdicts at once are not read out one after another. */
async function quietly(work) {
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  await work();
  main.removeAttribute("aria-busy");
}

/** Let the browser show what was written before it is busy. */
const painted = () => new Promise((resolve) => setTimeout(resolve, 20));

function reasonsHtml(reasons) {
  const feedback = (why) => (why ? `. <span class="feedback">${why}</span>` : "");
  return `<ul>${reasons.map(({ text, why }) => `<li dir="auto">${escaped(text)}${feedback(why)}</li>`).join("")}</ul>`;
}

function verdictOf(question, result) {
  if (result.own) return ["is-open", words.verdict_own];
  const marks = { earned: shown(question.points * result.share), points: worth(question.points) };
  // Thirds add up to a whole, or to nothing, only nearly.
  if (result.share > 1 - 1e-9) return ["is-right", filled(words.verdict_right, marks)];
  if (result.share > 1e-9) return ["is-part", filled(words.verdict_part, marks)];
  return ["is-wrong", filled(words.verdict_wrong, marks)];
}

function say(form, style, text, more = "") {
  const place = form.querySelector(".verdict");
  place.className = `verdict ${style}`;
  place.innerHTML = `<p>${escaped(text)}</p>${more}`;
}

/** Grade what a form holds. */
async function check(n) {
  const [form, question] = [forms[n], questions[n]];
  const response = responseIn(form, question);
  results[n] = null;
  state[n].checked = false;
  if (response === null || response.problem) {
    say(form, "is-open", response?.problem ?? words.verdict_open);
  } else {
    say(form, "is-open", words.checking);
    await painted();
    results[n] = grade(question, response);
    const [style, text] = verdictOf(question, results[n]);
    say(form, style, text, results[n].own ? "" : reasonsHtml(results[n].reasons));
    state[n].checked = true;
    form.querySelector("[data-show]").hidden = state[n].closed;
  }
  keep(n);
}

/** Show the solution and close the question. */
function close(n) {
  const form = forms[n];
  const place = form.querySelector(".solution");
  const title = filled(words.solution, { number: n + 1 });
  place.innerHTML = `<h3 tabindex="-1">${escaped(title)}</h3><p class="quiet">${escaped(words.closed)}</p>`;
  place.insertAdjacentHTML("beforeend", revealed(questions[n]).solution);
  for (const field of form.querySelectorAll("fieldset")) field.disabled = true;
  for (const button of form.querySelectorAll("button")) button.hidden = true;
  state[n].closed = true;
}

function keep(n) {
  state[n].values = valuesOf(forms[n]);
  byId("kept").textContent = store.save(state) ? words.kept : words.not_kept;
}

forms.forEach((form, n) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!state[n].closed) check(n);
  });
  form.addEventListener("input", () => {
    state[n].checked = false;
    keep(n);
  });
  form.querySelector("[data-show]").addEventListener("click", async () => {
    await check(n); // the answer may have changed since
    close(n);
    keep(n);
    form.querySelector(".solution h3").focus();
  });
});

byId("finish").addEventListener("click", async () => {
  byId("progress").textContent = words.checking;
  await quietly(async () => {
    for (const n of forms.keys()) {
      if (!state[n].closed) await check(n);
    }
  });
  byId("progress").textContent = "";
  byId("result").innerHTML = scoreHtml(scoreOf(questions, objectives, results));
  byId("score").focus();
});

byId("again").addEventListener("click", () => {
  if (byId("progress").textContent !== words.really) {
    byId("progress").textContent = words.really;
    return;
  }
  store.clear();
  location.reload();
});

async function reopen() {
  byId("kept").textContent = store.save(state) ? words.kept : words.not_kept;
  for (const [n, { values, checked, closed }] of [...state].map((one) => ({ ...one })).entries()) {
    if (values) refill(forms[n], values);
    if (checked) await check(n);
    if (closed) close(n);
  }
}

clockIn(byId("clock"), minutes);
quietly(reopen);
