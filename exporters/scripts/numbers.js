// Exact numbers as students write them: the rules of vlearn.questions.notation. A number is [numerator, denominator].

const LONGEST = 100;
const HEXADECIMAL = /^0x([0-9a-f]+(?:_[0-9a-f]+)*)$/i;
const BARE_HEXADECIMAL = /^([0-9a-f]+(?:_[0-9a-f]+)*)$/i;
const DECIMAL = /^((?:[0-9]{1,3}([,_' ])[0-9]{3}(?:\2[0-9]{3})*|[0-9]+)?)(?:\.([0-9]+))?$/;
const RATIO = /^([0-9]+) ?\/ ?([0-9]+)$/;

function lowest(numerator, denominator) {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b) [a, b] = [b, a % b];
  return [numerator / a, denominator / a];
}

/** The number that a text states; undefined if it states none. */
function parsed(text, base = 10) {
  const tidy = tidied(text.replaceAll("\u2212", "-"));
  if (!tidy || [...tidy].length > LONGEST) return undefined;
  const negative = tidy.startsWith("-");
  const digits = negative ? tidy.slice(1).trimStart() : tidy.replace(/^\+/, "");
  const number = unsigned(digits, base);
  return number && lowest(negative ? -number[0] : number[0], number[1]);
}

function unsigned(digits, base) {
  const hexadecimal = HEXADECIMAL.exec(digits) ?? (base === 16 ? BARE_HEXADECIMAL.exec(digits) : null);
  if (hexadecimal) return [BigInt(`0x${hexadecimal[1].replaceAll("_", "")}`), 1n];
  if (base === 16) return undefined;
  const decimal = digits && DECIMAL.exec(digits);
  if (decimal) {
    const [, whole, , places = ""] = decimal;
    return [BigInt(whole.replace(/[,_' ]/g, "") + places), 10n ** BigInt(places.length)];
  }
  const ratio = RATIO.exec(digits);
  return ratio && BigInt(ratio[2]) ? [BigInt(ratio[1]), BigInt(ratio[2])] : undefined;
}

/** The number, written alone or with its unit. */
function measured(text, unit, base) {
  const bare = stripped(text);
  return parsed(text, base) ?? (unit && bare.endsWith(unit) ? parsed(bare.slice(0, -unit.length), base) : undefined);
}

const ratio = ([numerator, denominator]) => `${numerator}/${denominator}`;
const fromRatio = (text) => text.split("/").map(BigInt);

/** The cells of a grid that a number lies in: one, or two where it lies between them. */
function cells([numerator, denominator], [offset, width]) {
  const [o, w] = [fromRatio(offset), fromRatio(width)];
  const over = (numerator * o[1] - o[0] * denominator) * w[1];
  const under = denominator * o[1] * w[0];
  const rest = ((over % under) + under) % under;
  const cell = (over - rest) / under;
  return rest ? [cell] : [cell, cell - 1n];
}
