// Grades a response as vlearn.questions.grade does: { share, reasons }, or { own: true } where a person must judge.
// A response has the form that vlearn.questions.responses states, with indices for letters and null for None.
// A reason is { text, share, why }: a sentence, the share of the points, and feedback as HTML.

const verdict = (what, found) => ({
  text: filled(found?.share > 0 ? words.right : words.wrong, { what }),
  share: found ? found.share / found.of : 0,
  why: found?.why ?? "",
});
const remark = (text) => ({ text, share: 0, why: "" });
const open = (n) => remark(filled(words.open, { what: n + 1 }));

const GRADING = {
  one: (question, index) => [verdict(letter(index), entry(question, `0:${index}`))],

  many(question, ticks) {
    const found = [...ticks].sort((a, b) => a - b).map((index) => [index, entry(question, `0:${index}`)]);
    const reasons = found.map(([index, one]) => verdict(letter(index), one));
    const missing = found.length ? found[0][1].of - found.filter(([, one]) => one.share > 0).length : 0;
    return missing ? [...reasons, remark(filled(words.missing, { number: missing }))] : reasons;
  },

  judge(question, [truth, index]) {
    const found = entry(question, `0:${truth}`);
    const first = verdict(truth ? words.true_verdict : words.false_verdict, found);
    if (index === null) return [first, remark(words.no_reason)];
    if (!found.share) return [first, remark(words.reason_later)];
    return [first, verdict(letter(index), entry(question, `1:${index}`))];
  },

  number(question, text) {
    const number = measured(text, question.unit, question.base);
    if (!number) return [remark(filled(question.base === 16 ? words.no_hexadecimal : words.no_number, { what: text }))];
    const inside = question.grid ? cells(number, question.grid).map((cell) => `0:#${cell}`) : [`0:=${ratio(number)}`];
    return [verdict(tidied(text), entry(question, ...inside))];
  },

  phrase(question, text) {
    const given = question.case ? spaced(text) : folded(text);
    return [verdict(tidied(text) || words.empty, entry(question, `0:${given}`))];
  },

  pick: (question, indices) =>
    indices.map((index, n) =>
      index === null ? open(n) : verdict(`${n + 1}: ${letter(index)}`, entry(question, `${n}:${index}`)),
    ),

  cells: (question, texts) =>
    texts.map((text, n) => {
      if (text === null || !stripped(text)) return open(n);
      const number = parsed(text);
      const readings = [`${n}:t${folded(text)}`, ...(number ? [`${n}:n${ratio(number)}`] : [])];
      return verdict(`${n + 1}: ${tidied(text)}`, entry(question, ...readings));
    }),

  order(question, indices) {
    const count = indices.length;
    const kept = longestCommon(revealed(question).order, indices.map((index) => question.alike[index]));
    if (kept === count) return [{ text: words.in_order, share: 1, why: "" }];
    return [{ text: filled(words.partly_in_order, { kept, count }), share: (kept - 1) / (count - 1), why: "" }];
  },
};

/** The length of the longest common subsequence. */
function longestCommon(one, other) {
  let row = new Array(other.length + 1).fill(0);
  for (const a of one) {
    const before = row;
    row = [0];
    other.forEach((b, n) => row.push(a === b ? before[n] + 1 : Math.max(before[n + 1], row[n])));
  }
  return row.at(-1);
}

function grade(question, response) {
  if (response === null) return { share: 0, reasons: [remark(words.unanswered)] };
  if (question.reading === "own") return { own: true, share: 0, reasons: [] };
  const reasons = GRADING[question.reading](question, response);
  const share = reasons.reduce((sum, reason) => sum + reason.share, 0);
  return { share: Math.max(0, share), reasons };
}
