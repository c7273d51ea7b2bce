// Runs the scripts of the page, which are in the file of the first argument, with the phrases of the second: grades
// { question, response } or folds { fold }, one on each line of standard input.
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");

const [, , scripts, phrases] = process.argv;
const context = vm.createContext({ TextEncoder, TextDecoder, atob, words: JSON.parse(phrases) });
vm.runInContext(`${fs.readFileSync(scripts, "utf8")}\nObject.assign(globalThis, { grade, folded });`, context);

require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { question, response, fold } = JSON.parse(line);
  const answer = fold === undefined ? context.grade(question, response) : context.folded(fold);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
