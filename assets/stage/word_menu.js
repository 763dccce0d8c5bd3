// What can be done with one word: another one in its place, typed or chosen; away with it; a place further; all shuffled.
// Python makes the changed sentence (rnnviz/app/editing.py) and refuses what cannot be read, as it does for typed ones.
import { element } from "./dom.js";

const MOST = 8; // suggestions at a time
const EDGE = 8; // pixels between the menu and the window's edge

export function openWordMenu(stage, step, anchor) {
  const { editing, tokens } = stage.header;
  const { strings, vocabulary, few, near } = editing;
  const node = element("form", "word-menu");
  node.popover = "auto"; // Escape and a click elsewhere close it, and the focus goes back to the word
  node.setAttribute("role", "dialog");
  node.setAttribute("aria-label", strings.change.replace("{word}", tokens[step]));

  const field = element("input");
  Object.assign(field, { type: "text", value: tokens[step], autocomplete: "off", spellcheck: false, maxLength: 200 });
  field.setAttribute("aria-label", strings.instead.replace("{word}", tokens[step]));
  const replace = element("button", "word-replace", strings.replace);
  replace.type = "submit";
  const line = element("div", "word-line");
  line.append(field, replace);
  const offers = element("div", "word-offers");
  const actions = element("div", "word-line");
  actions.append(
    action("←", strings.left, "left", step === 0),
    action("→", strings.right, "right", step === tokens.length - 1),
    action(strings.delete, strings.delete, "delete"),
    action(strings.shuffle, strings.shuffle, "shuffle", tokens.length < 2),
  );
  node.append(line, offers, actions);

  function action(text, label, kind, disabled = false) {
    const button = element("button", "", text);
    Object.assign(button, { type: "button", title: label, disabled, onclick: () => ask(kind) });
    if (text !== label) button.setAttribute("aria-label", label);
    return button;
  }

  /** Words that begin as what is typed; before that, those nearest to the word. */
  function offer() {
    const typed = field.value.trim().toLowerCase();
    const asked = typed && typed !== tokens[step].toLowerCase();
    const begin = asked ? vocabulary.filter((word) => word.startsWith(typed) && word !== typed) : [];
    const words = asked && !few ? begin : near[step].map((place) => vocabulary[place]);
    const make = (word) => {
      const button = element("button", "");
      button.append(element("bdi", "", word));
      Object.assign(button, { type: "button", onclick: () => ask("swap", word) });
      return button;
    };
    offers.replaceChildren(...words.slice(0, few ? undefined : MOST).map(make));
  }

  function ask(kind, text = "") {
    node.hidePopover();
    stage.ask("words", { kind, step, word: tokens[step], text }, { step: step + ({ left: -1, right: 1 }[kind] ?? 0) });
  }

  function place() {
    const { left, width, top, bottom } = anchor.getBoundingClientRect();
    const from = Math.min(left + width / 2 - node.offsetWidth / 2, innerWidth - node.offsetWidth - EDGE);
    node.style.left = `${Math.max(EDGE, from)}px`;
    const below = bottom + EDGE + node.offsetHeight < innerHeight;
    node.style.top = `${below ? bottom + EDGE : Math.max(EDGE, top - EDGE - node.offsetHeight)}px`;
  }

  field.oninput = offer;
  node.onsubmit = (event) => {
    event.preventDefault();
    ask("swap", field.value);
  };
  node.onkeydown = (event) => event.stopPropagation(); // the arrows are the field's now
  addEventListener("scroll", place, { capture: true, passive: true });
  node.ontoggle = (event) => {
    if (event.newState !== "closed") return;
    removeEventListener("scroll", place, { capture: true });
    node.remove();
  };
  offer();
  stage.host.append(node);
  node.showPopover();
  place();
  field.focus();
  field.select();
}
