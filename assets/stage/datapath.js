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
  const columns = Array.from({ length: shown }, () => []); // of each its cells, and what fills them for a step
  let first = -1;

  /** ``create``: puts into a cell what stands there and returns what paints it for a step. */
  function line(name, note, ink, create, arrow = "") {
    const label = element("span", "datapath-label", name);
    if (ink) inked(label, ink);
    if (note) label.append(element("small", "", note));
    sheet.append(label);
    columns.forEach((column, at) => {
      const place = element("span", "datapath-cell");
      if (arrow) place.dataset.arrow = arrow;
      place.onclick = () => stage.select({ step: first + at });
      column.push({ place, fill: create(place) });
      sheet.append(place);
    });
  }

  function state(place, side, tall = CELL.tall) {
    const { node, context } = canvas(CELL.width, tall);
    node.style.setProperty("--side", side.color);
    place.append(node);
    return (k) => {
      context.clearRect(0, 0, CELL.width, tall);
      drawUnits(context, 2, 2, CELL.width - 4, tall - 4, stage.at(side.array, k), color);
    };
  }

  function both(place) {
    const pair = element("span", "datapath-pair");
    place.append(pair);
    const sides = [forward, backward].map((side) => state(pair, side, CELL.joined));
    return (k) => sides.forEach((fill) => fill(k));
  }

  const word = (place) => (k) => place.replaceChildren(token(header.tokens[k] || String(k + 1), header.known[k]));
  line(forward.name, strings.runs, forward.color, (place) => state(place, forward), "→");
  line(strings.sequence, "", "", word);
  line(backward.name, strings.runs_back, backward.color, (place) => state(place, backward), "←");
  line(strings.concat, strings.to_answer, "", both);

  return {
    draw({ step, snapshot }, before) {
      const from = Math.max(0, Math.min(step - Math.floor(shown / 2), stage.steps - shown));
      const moved = from !== first || snapshot !== before.snapshot;
      first = from;
      columns.forEach((column, at) => {
        for (const { place, fill } of column) {
          if (moved) fill(first + at);
          place.classList.toggle("now", first + at === step);
        }
      });
    },
  };
}
