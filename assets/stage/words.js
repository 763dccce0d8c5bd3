// The words that are read, each where it stands. Where the visitor chose them, the word at the cursor is a button that
// opens what can be done with it; the others leave a click to their column, which moves the cursor there.
import { element, svg, token } from "./dom.js";
import { openWordMenu } from "./word_menu.js";

const PENCIL = "M2 13l1-4 8-8 3 3-8 8zM9.5 2.5l3 3";

export function createWords(stage) {
  const { editing, tokens, known } = stage.header;
  const buttons = [];
  const written = (t) => token(tokens[t] || String(stage.number(t)), known[t]);

  function button(t, shown) {
    const node = element("button", "stage-word");
    node.type = "button";
    node.append(shown, pencil());
    name(node, t);
    return node;
  }

  function name(node, t) {
    node.setAttribute("aria-label", editing.strings.change.replace("{word}", tokens[t]));
    node.setAttribute("aria-haspopup", "dialog");
  }

  return {
    /** The word of a step. */
    word(t) {
      if (!editing) return written(t);
      const node = button(t, written(t));
      node.onclick = (event) => {
        if (stage.now.step !== t) return;
        event.stopPropagation();
        openWordMenu(stage, t, node);
      };
      buttons.push({ node, t });
      return node;
    },

    /** The word at the cursor, in one place. */
    current() {
      const node = editing ? button(0, element("span")) : element("span");
      if (!editing) return { node, draw: (step) => node.replaceChildren(written(step)) };
      node.onclick = () => openWordMenu(stage, stage.now.step, node);
      return {
        node,
        draw(step) {
          node.firstChild.replaceWith(written(step));
          name(node, step);
        },
      };
    },

    /** One stop of the Tab key for all words: the one at the cursor, which keeps the keyboard as the cursor moves. */
    draw(step) {
      const held = buttons.some(({ node }) => node === document.activeElement);
      for (const { node, t } of buttons) {
        node.tabIndex = t === step ? 0 : -1;
        node.classList.toggle("current", t === step);
        if (t === step && (held || stage.returns === "words")) node.focus({ preventScroll: true });
      }
      if (buttons.length && stage.returns === "words") stage.returns = "";
    },
  };
}

function pencil() {
  const sign = svg("svg", { viewBox: "0 0 15 15", "aria-hidden": "true" });
  sign.append(svg("path", { d: PENCIL }));
  return sign;
}
