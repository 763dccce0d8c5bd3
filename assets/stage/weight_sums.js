// The gradient of each weight matrix as a sum over time: beside the term of this step what has been added up from the
// end back to it. The terms are all that is sent.
import { element, math, paint, precise } from "./dom.js";
import { drawMatrix } from "./matrices.js";

const ROOM = { width: 160, height: 180 };

export function createWeightSums(body, panel, stage) {
  if (panel.formula) {
    const formula = element("div", "back-formula");
    formula.append(math(panel.formula));
    body.append(formula);
  }
  const drawings = panel.matrices.map((matrix) => createSum(body, matrix, panel.strings, stage));
  return {
    draw({ step }, before) {
      if (step !== before.step) for (const drawing of drawings) drawing.draw(step);
    },
  };
}

function createSum(body, matrix, strings, stage) {
  const figure = element("figure", "weight-sum");
  const title = element("figcaption");
  title.append(math(matrix.symbol), element("b", "", matrix.name), element("small", "", matrix.shape));
  const pair = element("div", "weight-pair");
  figure.append(title, pair, element("p", "", matrix.meaning));
  body.append(figure);

  let total = new Float64Array(matrix.rows * matrix.columns);
  const views = [view(strings.term, () => stage.at(matrix.array), matrix.termSizes)];
  if (matrix.sumSizes) views.unshift(view(strings.sum, () => total, matrix.sumSizes));

  function view(name, values, sizes) {
    const node = element("div");
    const { sheet, paint: fill } = drawMatrix(matrix, stage, values, ROOM);
    const words = element("span", "weight-size", `${name} ‖·‖ = `);
    const size = element("b");
    words.append(size);
    node.append(words, sheet);
    pair.append(node);
    return {
      draw(step) {
        fill();
        const [value] = stage.at(sizes, step);
        paint(size, Number.isNaN(value) ? "–" : precise(value), value, { signal: sizes });
      },
    };
  }

  return {
    draw(step) {
      if (matrix.sumSizes) {
        total = new Float64Array(matrix.rows * matrix.columns);
        for (let t = stage.steps - 1; t >= step; t--) stage.at(matrix.array, t).forEach((part, k) => (total[k] += part));
      }
      for (const { draw } of views) draw(step);
    },
  };
}
