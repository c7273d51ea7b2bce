"use strict";

const PAUSE = 700; // milliseconds between two looks at the files

// A frame is as high as what it shows. Load events do not bubble, but they can be captured.
document.addEventListener("load", ({ target }) => {
  if (target instanceof HTMLIFrameElement) {
    target.style.height = `${target.contentDocument.documentElement.scrollHeight + 4}px`;
  }
}, true);

const say = (text) => { document.getElementById("status").textContent = text; };

const show = async () => {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const old = document.getElementById("content");
  const { scrollX, scrollY } = window;
  old.style.minHeight = `${old.scrollHeight}px`; // keeps the place while the frames load
  const open = new Set([...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent));
  const content = fresh.getElementById("content");
  for (const details of content.querySelectorAll("details")) {
    details.open ||= open.has(details.querySelector("summary").textContent);
  }
  content.style.minHeight = old.style.minHeight;
  old.replaceWith(document.adoptNode(content));
  document.title = fresh.title;
  window.scrollTo(scrollX, scrollY);
  setTimeout(() => { content.style.minHeight = ""; }, PAUSE);
};

const watch = async () => {
  try {
    const answer = await fetch("version");
    if (await answer.text() !== document.getElementById("content").dataset.version) {
      await show();
      say(`Read again at ${new Date().toLocaleTimeString()}.`);
    }
  } catch {
    say("The preview has ended.");
  }
  setTimeout(watch, PAUSE);
};

addEventListener("DOMContentLoaded", watch);
