// A lesson's question: choices to press, by their letter too, or a number to type. What is answered goes to the server,
// which measures what is right; the page that shows it comes then.
import { element } from "../dom.js";
import { answering } from "./answering.js";
import { button } from "./sheet.js";

const LETTERS = "ABCDEFGH";
const FIELDS = "input, textarea, select, [contenteditable]";

export function createQuestion(body, panel, stage) {
  const { words, choices, unit } = panel;
  body.classList.add("question");
  const give = answering(panel.step, stage);
  let sent = false;
  const send = (answer) => {
    if (sent) return;
    sent = true;
    body.classList.add("sent");
    give(answer);
  };
  body.append(choices ? list() : number());
  body.append(button(words.skip, () => send({ skip: true }), "question-skip"));

  function list() {
    const node = element("ol", "question-choices");
    choices.forEach((text, k) => {
      const choice = button("", () => send({ choice: k }), "question-choice");
      choice.append(element("kbd", "", LETTERS[k]), element("span", "", text));
      const item = element("li");
      item.append(choice);
      node.append(item);
    });
    return node;
  }

  function number() {
    const form = element("form", "question-number");
    const field = element("input");
    field.type = "text";
    field.inputMode = "decimal";
    field.autocomplete = "off";
    field.setAttribute("aria-label", words.number);
    field.placeholder = words.number;
    const answer = button(words.answer, () => {}, "scene-button primary");
    answer.type = "submit";
    form.append(field, element("span", "question-unit", unit), answer);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim().replace("−", "-").replace(",", ".");
      if (text && Number.isFinite(Number(text))) send({ number: Number(text) });
      else field.setAttribute("aria-invalid", "true");
      field.focus();
    });
    return form;
  }

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.(FIELDS)) return;
    const k = choices ? LETTERS.indexOf(event.key.toUpperCase()) : -1;
    if (event.key.length === 1 && k >= 0 && k < choices.length) send({ choice: k });
  }
  document.addEventListener("keydown", onKey);
  return { draw() {}, destroy: () => document.removeEventListener("keydown", onKey) };
}
