// The textbook's way through a layer of two directions, with the states of a real network: reverse the sequence, run,
// reverse back, concatenate.
import { canvas, element, inked, token } from "./dom.js";
import { colorOf, drawUnits } from "./color.js";

const CELL = { width: 84, height: 30 };
const LABEL = 128; // pixels of the words on the left

export function createDatapath(body, panel, stage) {
  const color = colorOf(stage.header.scales, panel.scale, panel.range);
  const steps = panel.tokens.length;
  const inOrder = [...Array(steps).keys()];
  const reversed = inOrder.toReversed();
  const wide = Math.max(48, Math.min(CELL.width, (body.clientWidth - LABEL) / steps - 10));
  const sheet = element("div", "datapath-sheet");
  sheet.style.setProperty("--steps", steps);
  body.append(sheet);
  const { strings, forward, backward } = panel;

  function line(name, order, draw, sign, ink, turn = false) {
    const label = element("span", "datapath-label");
    const mark = element("b", "", sign);
    if (ink) inked(mark, ink);
    label.append(mark, element("span", "", name));
    sheet.append(label);
    for (const k of order) {
      const place = element("span", turn ? "datapath-cell turned" : "datapath-cell");
      place.style.setProperty("--word", panel.words[k]);
      place.append(draw(k));
      sheet.append(place);
    }
  }

  function word(k) {
    return token(panel.tokens[k]);
  }

  /** A word with what it means, for who does not read its language. */
  function glossed(k) {
    const place = element("span", "datapath-word");
    place.append(word(k), element("small", "", panel.gloss[k]));
    return place;
  }

  function state(array, k, ink) {
    const { node, context } = canvas(wide, CELL.height);
    drawUnits(context, 2, 2, wide - 4, CELL.height - 4, stage.at(array, k), color);
    node.style.setProperty("--side", ink);
    return node;
  }

  function both(k) {
    const pair = element("span", "datapath-pair");
    pair.append(state(forward.array, k, forward.color), state(backward.array, k, backward.color));
    return pair;
  }
  return {
    draw({ snapshot }, before) {
      if (snapshot === before.snapshot) return;
      sheet.replaceChildren();
      line(strings.sequence, inOrder, glossed, "", "");
      line(strings.runs, inOrder, (k) => state(forward.array, k, forward.color), "→", forward.color);
      line(strings.reversed, reversed, word, "⇄", "", true);
      line(strings.runs_back, reversed, (k) => state(backward.array, k, backward.color), "→", backward.color);
      line(strings.back, inOrder, (k) => state(backward.array, k, backward.color), "⇄", backward.color, true);
      line(strings.concat, inOrder, both, "+", "");
    },
  };
}
