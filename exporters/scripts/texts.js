// Texts as students may vary them, alike in every browser and in vlearn.questions.validity.

const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`, "g");
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");

const stripped = (text) => text.replace(ENDS, "");

/** White space folded to single spaces. */
const tidied = (text) => stripped(text).replace(SPACES, " ");

/** White space and back-quotes do not count. */
const spaced = (text) => tidied(text.replaceAll("`", ""));

/** Letter case does not count either: down, up and down again brings ß, ẞ and SS to ss, and every sigma to one. */
const folded = (text) =>
  [...spaced(text)].map((c) => (c === "ı" ? c : c.toLowerCase().toUpperCase().toLowerCase())).join("");

/** The letter of an item: 0 is A, 25 is Z, 26 is AA. */
const letter = (index) =>
  (index < 26 ? "" : letter(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

/** A phrase with what stands in its braces filled in. */
const filled = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const MARKUP = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replace(/[&<>"]/g, (character) => MARKUP[character]);
