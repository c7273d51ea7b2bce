// A clock for whoever wants one: it counts down, can be stopped, and ends nothing.

function clockIn(place, minutes, now = () => Date.now()) {
  let ends = null;
  let ticking = null;
  const button = document.createElement("button");
  const left = document.createElement("span");
  button.type = "button";
  button.className = "second";
  left.setAttribute("role", "timer");
  place.append(button, left);

  const start = filled(words.clock, { minutes: shown(minutes) });
  const time = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  function show() {
    button.textContent = ends === null ? start : words.stop;
    if (ends === null) {
      left.textContent = "";
      return;
    }
    const seconds = Math.ceil((ends - now()) / 1000);
    left.textContent = seconds > 0 ? filled(words.left, { time: time(seconds) }) : words.over;
    if (seconds <= 0) clearInterval(ticking);
  }

  button.addEventListener("click", () => {
    clearInterval(ticking);
    ends = ends === null ? now() + 60000 * minutes : null;
    if (ends !== null) ticking = setInterval(show, 1000);
    show();
  });
  show();
}
