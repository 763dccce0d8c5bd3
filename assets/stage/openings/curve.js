// The curve of a function, and where on it the units of this step are: below each dot its sum a, beside it f(a).
import { element, mark, number, svg } from "../dom.js";
import { colorOf } from "../color.js";
import { createSheet } from "../scenes/sheet.js";
import { drawCurve } from "../curve.js";

const sigmoid = (a) => 1 / (1 + Math.exp(-a));
const FUNCTIONS = {
  tanh: Math.tanh,
  sigmoid,
  relu: (a) => Math.max(0, a),
  "2 sigmoid": (a) => 2 * sigmoid(a),
  "4 sigmoid - 2": (a) => 4 * sigmoid(a) - 2,
  g: (a) => (a >= 0 ? a + 0.5 : sigmoid(a)),
};

export function createCurve(node, { array, terms, curve, scale, range, said }, stage) {
  const color = colorOf(stage.header.scales, scale, range);
  const sheet = createSheet(node, "opened-curve", (place, wide, tall) => {
    const { unit } = stage.now;
    const values = stage.at(array);
    const sums = values.map((_, k) => terms.reduce((sum, term) => sum + stage.at(term.array)[k], 0));
    const dots = drawCurve(place, wide, tall, { f: FUNCTIONS[curve.name], sums, values, unit, color, names: curve.names });
    dots.forEach((dot, k) => {
      dot.append(svg("title", {}, number(values[k])));
      mark(dot, values[k], { signal: array, unit: k });
      dot.onclick = () => stage.select({ unit: k });
    });
  });
  node.append(element("p", "opened-sum", said.curve));
  return { draw: sheet.paint, destroy: sheet.destroy };
}
