// A state that is a matrix, around the cursor's step: what the step found, what it changed, and what it leaves.
import { element } from "./dom.js";
import { matrixPicture } from "./shapes.js";

const ROOM = 250; // pixels of each picture

export function createStateMatrix(body, panel, stage) {
  const room = Math.min(ROOM, Math.max(110, (body.clientWidth - 90) / 3));
  const values = {
    before: () => stage.at(panel.before),
    change: () => stage.at(panel.array).map((value, k) => value - stage.at(panel.before)[k]),
    after: () => stage.at(panel.array),
  };
  const pictures = Object.entries(values).map(([name, read], k) => {
    if (k) body.append(element("span", "sign", k === 1 ? "+" : "="));
    const picture = matrixPicture({ ...panel, room }, stage);
    const figure = element("figure", "matrix-term");
    figure.append(picture.node, element("figcaption", "", panel.strings[name]));
    if (panel.units) picture.node.onclick = (event) => picture.rowAt(event) >= 0 && stage.select({ unit: picture.rowAt(event) });
    body.append(figure);
    return { draw: (unit) => picture.draw(read(), "state", panel.range, panel.units ? unit : -1) };
  });
  return { draw: ({ unit }) => pictures.forEach(({ draw }) => draw(unit)) };
}
