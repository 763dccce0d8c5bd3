// The last steps of a path in space, drawn over the picture as lines that are moved, whichever way it is turned.
import { svg } from "./dom.js";
import { onScreen } from "./space.js";

const STEPS = 8;

/** ``names``: the arrays of the path's coordinates. ``color``: that of the path. */
export function createTrail(names, color, stage) {
  const node = svg("svg", { class: "space-trail", "aria-hidden": "true" });
  const lines = Array.from({ length: STEPS }, (_, k) => svg("line", { stroke: color, "stroke-opacity": 1 - k / (STEPS + 1) }));
  node.append(...lines);

  return {
    node,
    place(scene, step) {
      const { offsetLeft, offsetTop } = scene.container;
      const at = (t) => onScreen(scene, names.map((name) => stage.at(name, t)[0]));
      lines.forEach((line, k) => {
        const from = step - k - 1;
        line.style.display = from < 0 ? "none" : "";
        if (from < 0) return;
        const [[x1, y1], [x2, y2]] = [at(from), at(from + 1)];
        const ends = { x1: offsetLeft + x1, y1: offsetTop + y1, x2: offsetLeft + x2, y2: offsetTop + y2 };
        for (const [name, value] of Object.entries(ends)) line.setAttribute(name, value.toFixed(1));
      });
    },
  };
}
