// SHA-256 (FIPS 180-4), HMAC (RFC 2104) and PBKDF2 (RFC 8018), written out because a page that is opened from a file
// may have no crypto.subtle. Bytes are Uint8Array; a state is eight 32-bit words.

const sha256 = (() => {
  const BLOCK = 64;
  const START = Int32Array.of(
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  );
  const ROUND = Int32Array.of(
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  );
  const schedule = new Int32Array(64);

  const turned = (word, by) => (word >>> by) | (word << (32 - by));

  /** Take sixteen words into the state. */
  function compress(state, words) {
    schedule.set(words);
    for (let t = 16; t < 64; t++) {
      const early = schedule[t - 15];
      const late = schedule[t - 2];
      const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      schedule[t] = schedule[t - 16] + small + schedule[t - 7] + large;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const choice = (e & f) ^ (~e & g);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + ROUND[t] + schedule[t]) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => (state[n] += word));
  }

  const bytesOf = (words) => {
    const view = new DataView(new ArrayBuffer(4 * words.length));
    words.forEach((word, n) => view.setInt32(4 * n, word));
    return new Uint8Array(view.buffer);
  };

  const wordsOf = (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Int32Array.from({ length: bytes.length / 4 }, (_, n) => view.getInt32(4 * n));
  };

  /** The digest, as words, of `bytes` after `before` bytes that the state has taken in already. */
  function digest(bytes, from = START, before = 0) {
    const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const words = wordsOf(padded);
    words[words.length - 1] = 8 * (bytes.length + before);
    const state = from.slice();
    for (let n = 0; n < words.length; n += 16) compress(state, words.subarray(n, n + 16));
    return state;
  }

  /** The two states in which HMAC begins under a key. */
  function pads(key) {
    const whole = new Uint8Array(BLOCK);
    whole.set(key.length > BLOCK ? bytesOf(digest(key)) : key);
    return [0x36, 0x5c].map((pad) => {
      const state = START.slice();
      compress(state, wordsOf(whole.map((byte) => byte ^ pad)));
      return state;
    });
  }

  const mac = ([inner, outer], bytes) => digest(bytesOf(digest(bytes, inner, BLOCK)), outer, BLOCK);

  /** HMAC-SHA256 of `bytes`, 32 of them. */
  const hmac = (key, bytes) => bytesOf(mac(pads(key), bytes));

  /** The first 32 bytes of PBKDF2-HMAC-SHA256. */
  function pbkdf2(password, salt, rounds) {
    const [inner, outer] = pads(password);
    const first = mac([inner, outer], Uint8Array.of(...salt, 0, 0, 0, 1));
    const result = first.slice();
    // Every later message is one digest, 32 bytes, and its padding: one block, which is written once.
    const block = new Int32Array(16);
    block[8] = 0x80000000;
    block[15] = 8 * (BLOCK + 32);
    block.set(first);
    const state = new Int32Array(8);
    for (let round = 1; round < rounds; round++) {
      for (const begin of [inner, outer]) {
        state.set(begin);
        compress(state, block);
        block.set(state);
      }
      for (let n = 0; n < 8; n++) result[n] ^= state[n];
    }
    return bytesOf(result);
  }

  return { digest: (bytes) => bytesOf(digest(bytes)), hmac, pbkdf2 };
})();
