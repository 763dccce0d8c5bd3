// How one layer reads both ways: the words in the middle, above them the states that come from the left, below them
// those that come from the right, and at each word both joined. As many words as have room, around the cursor.
import { canvas, element, inked, token } from "./dom.js";
import { colorOf, drawUnits } from "./color.js";

const CELL = { width: 70, gap: 14, tall: 68, joined: 58 };
const LABEL = 92; // pixels of the words on the left

export function createDatapath(body, panel, stage) {
  const { header } = stage;
  const color = colorOf(header.scales, panel.scale, panel.range);
  const { strings, forward, backward } = panel;
  const room = Math.floor((body.clientWidth - LABEL) / (CELL.width + CELL.gap));
  const shown = Math.min(stage.steps, Math.max(2, room));
  const sheet = element("div", "datapath-sheet");
  sheet.style.setProperty("--steps", shown);
  body.append(sheet);
  let first = -1;
  let columns = [];

  function line(name, note, ink, cellOf, arrow = "") {
    const label = element("span", "datapath-label", name);
    if (ink) inked(label, ink);
    if (note) label.append(element("small", "", note));
    sheet.append(label);
    columns.forEach((column, at) => {
      const place = element("span", "datapath-cell");
      place.append(cellOf(first + at));
      if (arrow) place.dataset.arrow = arrow;
      place.onclick = () => stage.select({ step: first + at });
      column.push(place);
      sheet.append(place);
    });
  }

  function state(side, k, tall = CELL.tall) {
    const { node, context } = canvas(CELL.width, tall);
    drawUnits(context, 2, 2, CELL.width - 4, tall - 4, stage.at(side.array, k), color);
    node.style.setProperty("--side", side.color);
    return node;
  }

  function both(k) {
    const pair = element("span", "datapath-pair");
    pair.append(state(forward, k, CELL.joined), state(backward, k, CELL.joined));
    return pair;
  }

  function lanes() {
    sheet.replaceChildren();
    columns = Array.from({ length: shown }, () => []);
    line(forward.name, strings.runs, forward.color, (k) => state(forward, k), "→");
    line(strings.sequence, "", "", (k) => token(header.tokens[k] || String(k + 1), header.known[k]));
    line(backward.name, strings.runs_back, backward.color, (k) => state(backward, k), "←");
    line(strings.concat, strings.to_answer, "", both);
  }

  return {
    draw({ step, snapshot }, before) {
      const from = Math.max(0, Math.min(step - Math.floor(shown / 2), stage.steps - shown));
      if (from !== first || snapshot !== before.snapshot) {
        first = from;
        lanes();
      }
      columns.forEach((column, at) => column.forEach((place) => place.classList.toggle("now", first + at === step)));
    },
  };
}
