// What the browser keeps of a page: a list with { values, checked, closed } for every question. A browser may refuse.

const store = {
  key: `vlearn-practice-${page}`,

  load(count) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      const whole = Array.isArray(kept) && kept.length === count && kept.every((one) => one?.values !== undefined);
      return whole ? kept : null;
    } catch {
      return null;
    }
  },

  /** Whether it could be kept. */
  save(state) {
    try {
      localStorage.setItem(this.key, JSON.stringify(state));
      return true;
    } catch {
      return false;
    }
  },

  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept
    }
  },
};
