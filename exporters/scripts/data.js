// What the page was written with.

const { words, questions, objectives, minutes, page } = JSON.parse(document.getElementById("data").textContent);
