// One state of the grid, opened: every quantity of a layer and direction at the cursor, with its own scale.
import { canvas, element, inked, number, paint, write } from "./dom.js";
import { colorOf, drawUnits } from "./color.js";
import { legend } from "./legend.js";
import { drawRows, paintUnit } from "./shapes.js";

const SIDE = 76; // pixels of a quantity, whose units stand as in the grid

export function createOpenedState(body, panel, stage) {
  const { header } = stage;
  const heading = element("h4");
  const list = element("div", "opened-quantities");
  body.append(heading, list);
  let row = null;
  let quantities = [];

  function createQuantity(quantity) {
    const { layer, direction } = row;
    const line = element("div", "opened-quantity");
    const name = element("b", "", quantity.name);
    line.title = quantity.meaning;
    if (quantity.color) inked(name, quantity.color);
    const picture = canvas(SIDE, SIDE);
    const value = element("span", "opened-value");
    const [low, high] = quantity.range;
    line.append(picture.node, name, element("span", "", quantity.called), value, legend({ scale: quantity.scale, low, high }, header.scales));
    const shade = colorOf(header.scales, quantity.scale, quantity.range);
    const draw = (unit) => {
      const values = stage.at(quantity.array);
      const place = { signal: quantity.name, layer, direction, unit };
      if (quantity.rows) {
        drawRows(picture.context, 2, 2, SIDE - 4, SIDE - 4, values, quantity, shade, -1, stage.ink);
        return write(value, `${quantity.rows} × ${quantity.columns}`);
      }
      const isWhole = Boolean(quantity.shape) || values.length <= unit;
      drawUnits(picture.context, 1, 1, SIDE - 2, SIDE - 2, values, shade, isWhole ? -1 : unit, stage.ink);
      if (quantity.shape) paintUnit(value, values, unit, quantity, place);
      else paint(value, number(values[unit], 2), values[unit], place);
    };
    return { line, draw };
  }

  function draw({ step, unit }) {
    const place = { layer: row.heading, step: stage.number(step), word: header.tokens[step] || stage.number(step) };
    heading.textContent = panel.strings.at.replace(/{(\w+)}/g, (_, name) => place[name]);
    for (const quantity of quantities) quantity.draw(unit);
  }

  /** Show a row of the grid: a layer in a direction. */
  function open(chosen) {
    row = chosen;
    quantities = row.quantities.map(createQuantity);
    list.replaceChildren(...quantities.map(({ line }) => line));
  }

  open(panel.rows.at(-1)); // the top layer, as the grid
  return {
    draw,
    open(chosen) {
      open(chosen);
      draw(stage.now);
      body.scrollIntoView({ block: "nearest" });
    },
  };
}
