// What is filled in, as the response that grading reads: null where nothing is, and { problem } where it cannot be
// read. The controls are those of exporters/html_tasks.py, all of whose names begin with the question's.

const FIELDS = {
  one: (_, value) => indexOf(value("")),
  many: (_, value, all) => (all("").length ? all("").map(indexOf) : null),
  judge: (_, value) => (value("") ? [value("") === "true", indexOf(value("-reason"))] : null),
  number: (_, value) => textOf(value("")),
  phrase: (_, value) => textOf(value("")),
  own: (_, value, __, form) => (value("") === form.querySelector("textarea").defaultValue ? null : textOf(value(""))),
  pick: (question, value) => listOf(question.parts, (n) => indexOf(value(`-${n + 1}`))),
  cells: (question, value) => listOf(question.parts, (n) => textOf(value(`-${n + 1}`))),

  order(question, value) {
    const letters = question.alike.map((_, n) => letter(n));
    const given = letters.map((_, n) => stripped(value(`-${n + 1}`)).toUpperCase());
    if (given.every((one) => !one)) return null;
    const indices = given.map((one) => letters.indexOf(one));
    if (indices.includes(-1) || new Set(indices).size < indices.length) {
      return { problem: filled(words.letters, { letters: letters.join(", ") }) };
    }
    return indices;
  },
};

const textOf = (value) => (stripped(value) ? value : null);

/** The index that a letter names; null for none. */
function indexOf(value) {
  if (!value) return null;
  return [...value].reduce((sum, character) => 26 * sum + character.charCodeAt(0) - 64, 0) - 1;
}

function listOf(count, read) {
  const list = Array.from({ length: count }, (_, n) => read(n));
  return list.every((one) => one === null) ? null : list;
}

function responseIn(form, question) {
  const name = `q${Number(form.dataset.question) + 1}`;
  const data = new FormData(form);
  const all = (rest) => data.getAll(name + rest);
  return FIELDS[question.reading](question, (rest) => all(rest)[0] ?? "", all, form);
}

/** Every field that an answer can be in. */
const fieldsOf = (form) => [...form.querySelectorAll("input, select, textarea")];

/** What every field of a form holds, in order, and back again. */
const valuesOf = (form) =>
  fieldsOf(form).map((field) => (field.matches("[type=radio], [type=checkbox]") ? field.checked : field.value));

function refill(form, values) {
  const fields = fieldsOf(form);
  if (!Array.isArray(values) || values.length !== fields.length) return;
  fields.forEach((field, n) => {
    if (typeof values[n] === "boolean") field.checked = values[n];
    else field.value = values[n];
  });
}
