// A countdown that is always in view. Where the browser can, it floats above the page, and takes no focus by itself.

const SPOKEN = [600, 300, 60, 0]; // seconds left at which a screen reader hears of it

const spelled = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
};

const said = (left) =>
  left > 0 ? `${left / 60} ${left === 60 ? "minute" : "minutes"} left.` : "Time is over. You can still hand in.";

function render({ model, el }) {
  if (!model.get("began")) {
    model.set("began", Date.now()); // kept, so that a page drawn again does not begin anew
    model.save_changes();
  }
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  root.innerHTML = `<style></style><div class="vlearn clock" role="group" aria-label="Time left">
    <span role="timer" aria-label="Time left"></span>
    <button type="button" aria-expanded="true">Hide the clock</button>
    <span class="spoken" role="status" aria-live="polite"></span></div>`;
  root.querySelector("style").textContent = model.get("css");
  const [box, time, button, spoken] = [".clock", "[role=timer]", "button", ".spoken"].map((s) => root.querySelector(s));

  let before = Infinity;
  const tick = () => {
    const left = model.get("seconds") - (Date.now() - model.get("began")) / 1000;
    time.textContent = left >= 0 ? `${spelled(Math.ceil(left))} left` : `${spelled(-left)} over time`;
    box.classList.toggle("over", left < 0);
    const passed = SPOKEN.filter((mark) => before > mark && left <= mark && before !== Infinity);
    if (passed.length) spoken.textContent = said(passed.at(-1));
    before = left;
  };

  const stop = () => {
    if (!model.get("stopped")) return;
    clearInterval(ticking);
    box.remove();
  };

  button.addEventListener("click", () => {
    time.hidden = !time.hidden;
    button.textContent = time.hidden ? "Show the clock" : "Hide the clock";
    button.setAttribute("aria-expanded", !time.hidden);
  });

  const ticking = setInterval(tick, 500);
  tick();
  if (box.showPopover) {
    box.popover = "manual";
    setTimeout(() => box.isConnected && box.showPopover()); // once the page has taken the output in
  }
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  model.on("change:stopped", stop);
  stop();
  return () => clearInterval(ticking);
}

export default { render };
