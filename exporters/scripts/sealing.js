// Opens what exporters/sealed.py has sealed.

const ROUNDS = 2000;
const SLOW_ROUNDS = 20000;
const TAG = 16;

const utf8 = (text) => new TextEncoder().encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const stretched = (words, salt, rounds = ROUNDS) => sha256.pbkdf2(utf8(words), salt, rounds);

/** The value that was sealed under this key; undefined if it was another key. */
function opened(key, sealed) {
  const tag = sealed.slice(0, TAG);
  const clear = sealed.slice(TAG);
  for (let n = 0; 32 * n < clear.length; n++) {
    const count = Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
    const stream = sha256.hmac(key, Uint8Array.of(1, ...tag, ...count));
    for (let i = 32 * n; i < Math.min(clear.length, 32 * n + 32); i++) clear[i] ^= stream[i - 32 * n];
  }
  const found = sha256.hmac(key, Uint8Array.of(0, ...clear));
  return tag.every((byte, n) => byte === found[n]) ? JSON.parse(new TextDecoder().decode(clear)) : undefined;
}

/** What the first of these words that opens anything opens in a question: { share, of, why }. */
function entry(question, ...words) {
  const salt = fromBase64(question.salt);
  for (const one of words) {
    const key = stretched(one, salt);
    for (const sealed of question.entries) {
      const found = opened(key, fromBase64(sealed));
      if (found) return found;
    }
  }
  return undefined;
}

/** What is sealed under no answer: { solution } and, for an order, { order }. */
const revealed = (question) =>
  opened(stretched("solution", fromBase64(question.salt), SLOW_ROUNDS), fromBase64(question.sealed));
