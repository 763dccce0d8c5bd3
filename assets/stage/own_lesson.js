// The last card of the list of lessons: what a lesson of one's own is, an example to begin with, and the way to open it.
import { element } from "./dom.js";
import { button } from "./scenes/sheet.js";

export function createOwnLesson(body, { about, audience, lines, example, file, words }) {
  body.classList.add("lesson-card", "own-lesson");
  const ways = element("div", "lesson-open");
  ways.append(
    button(words.open, () => document.querySelector(".st-key-own-lesson button")?.click()),
    button(words.example, () => download(file, example)),
  );
  body.append(element("pre", "lesson-lines", lines.join("\n")), element("p", "lesson-about", about), element("p", "scene-note", audience), ways);
  return { draw() {} };
}

function download(name, text) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
