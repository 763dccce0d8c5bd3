// How one layer reads both ways: the words in the middle, above them the states that come from the left, below them
// those that come from the right. As many words as have room, around the cursor. Where the cursor is on a word that a
// later one decides, the way from there is marked.
import { canvas, element, inked, token } from "./dom.js";
import { colorOf, drawUnits, gridOf } from "./color.js";

const CELL = { least: 36, most: 84, gap: 14, tall: 132 };
const LABEL = 68; // pixels of the names on the left
const NARROW = 400; // up to this width the names stand above

export function createDatapath(body, panel, stage) {
  const { header } = stage;
  const color = colorOf(header.scales, panel.scale, panel.range);
  const { strings, forward, backward } = panel;
  const narrow = body.clientWidth <= NARROW;
  const room = body.clientWidth - (narrow ? 0 : LABEL);
  const shown = Math.min(stage.steps, Math.max(2, Math.floor(room / CELL.least)));
  const width = Math.min(CELL.most, Math.floor(room / shown)) - CELL.gap;
  const units = stage.at(forward.array, 0).length;
  const grid = gridOf(units, width - 4, CELL.tall - 4);
  const tall = Math.ceil(units / grid.columns) * grid.size + 4; // as its squares need, so that a frame is around them
  const sheet = element("div", `datapath-sheet${narrow ? " narrow" : ""}`);
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

  function state(place, side) {
    const { node, context } = canvas(width, tall);
    place.append(node);
    return (k) => {
      context.clearRect(0, 0, width, tall);
      drawUnits(context, 2, 2, width - 4, tall - 4, stage.at(side.array, k), color);
    };
  }

  const word = (place) => (k) => {
    place.title = header.tokens[k];
    place.replaceChildren(token(header.tokens[k] || String(k + 1), header.known[k]));
  };
  line(forward.name, strings.runs, forward.color, (place) => state(place, forward), "→");
  line(strings.sequence, "", "", word);
  line(backward.name, strings.runs_back, backward.color, (place) => state(place, backward), "←");
  return {
    draw({ step, snapshot }, before) {
      const from = Math.max(0, Math.min(step - Math.floor(shown / 2), stage.steps - shown));
      const moved = from !== first || snapshot !== before.snapshot;
      first = from;
      columns.forEach((column, at) => {
        for (const { place, fill } of column) {
          if (moved) fill(first + at);
          place.classList.toggle("now", first + at === step);
          const [decided, by] = panel.reason ?? [];
          place.classList.toggle("way", decided === step && first + at > step && first + at <= by);
          place.classList.toggle("reason", decided === step && first + at === by);
        }
      });
    },
  };
}
