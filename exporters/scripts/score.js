// The score by objective, and what to read again. A result is what `grade` gave, or null for a question left open.

const shown = (number) => String(Number(number.toFixed(2))).replace(".", words.decimal_sign);
const worth = (number) => filled(number === 1 ? words.points.one : words.points.other, { number: shown(number) });

function scoreOf(questions, objectives, results) {
  const rows = objectives.map((objective) => ({ ...objective, numbers: [], own: [], earned: 0, points: 0 }));
  questions.forEach((question, n) => {
    const row = rows[question.objective];
    row.numbers.push(n + 1);
    if (question.reading === "own") return row.own.push(n + 1);
    row.points += question.points;
    row.earned += question.points * (results[n]?.share ?? 0);
  });
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
  return { rows, earned: sum("earned"), points: sum("points"), answered: results.filter(Boolean).length };
}

/** As HTML. Thirds of a point add up to whole points only nearly. */
function scoreHtml({ rows, earned, points, answered }) {
  const count = rows.flatMap((row) => row.numbers).length;
  const own = rows.flatMap((row) => row.own);
  const told = filled(words.came_to, { earned: shown(earned), points: worth(points), answered, questions: count });
  const again = rows.filter((row) => row.earned < row.points - 1e-9);
  const judge = own.length ? ` ${filled(words.own_left, { numbers: own.join(", ") })}` : "";
  const list = again.map(({ text, where }) => `<li>${escaped(where ? `${where}: ${text}` : text)}</li>`).join("");
  return (
    `<p><b>${escaped(told)}</b>${escaped(judge)}</p>` +
    `<table><thead><tr>${["objective", "questions", "earned"].map(heading).join("")}</tr></thead>` +
    `<tbody>${rows.map(line).join("")}</tbody></table>` +
    `<h3>${escaped(words.read_again)}</h3>` +
    (list ? `<ul>${list}</ul>` : `<p>${escaped(words.nothing_again)}</p>`)
  );
}

const heading = (name) => `<th scope="col">${escaped(words[name])}</th>`;

function line({ text, numbers, own, earned, points }) {
  const marks = points ? [filled(words.of, { earned: shown(earned), points: shown(points) })] : [];
  const all = [...marks, ...(own.length ? [words.to_judge] : [])].join("; ");
  return `<tr><td>${escaped(text)}</td><td>${numbers.join(", ")}</td><td>${escaped(all)}</td></tr>`;
}
