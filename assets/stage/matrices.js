// The weights of a snapshot: they are the same at every step. The rows that make the chosen unit are framed.
import { canvas, element, inked } from "./dom.js";
import { colorOf } from "./color.js";

const ROOM = { width: 340, height: 300 };

export function createMatrices(body, panel, stage) {
  const drawings = panel.matrices.map((matrix) => {
    const figure = element("figure", "matrix");
    const title = element("figcaption");
    title.append(element("b", "", matrix.name), element("span", "", matrix.beside), element("small", "", matrix.shape));
    const { sheet, ...drawing } = drawMatrix(matrix, stage);
    figure.append(title, sheet, element("p", "", matrix.meaning));
    body.append(figure);
    return drawing;
  });
  return {
    draw({ unit, snapshot }, before) {
      if (snapshot !== before.snapshot) for (const { paint } of drawings) paint();
      if (unit !== before.unit) for (const { frame } of drawings) frame(unit);
    },
  };
}

/** ``values``: the numbers that ``paint`` colours, row by row. */
export function drawMatrix(matrix, stage, values = () => stage.whole(matrix.array), room = ROOM) {
  const { rows, columns, blocks } = matrix;
  const size = Math.min(room.width / columns, room.height / rows, 14);
  const [width, height] = [Math.max(columns * size, 12), Math.max(rows * size, 12)];
  const sheet = element("div", "matrix-sheet");
  const { node, context } = canvas(width, height);
  const color = colorOf(stage.header.scales, "state", matrix.range);
  function paint() {
    const numbers = values();
    context.clearRect(0, 0, width, height);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        context.fillStyle = color(numbers[r * columns + c]);
        context.fillRect((c * width) / columns, (r * height) / rows, width / columns + 0.3, height / rows + 0.3);
      }
    }
  }
  const names = element("div", "matrix-blocks");
  names.style.height = `${height}px`;
  for (const { name, color: ink } of blocks) {
    const label = element("span", "", name);
    inked(label, ink);
    names.append(label);
  }
  const place = element("div", "matrix-place");
  place.append(node);
  const marks = matrix.framed
    ? blocks.map(() => {
        const mark = element("i", matrix.framed);
        place.append(mark);
        return mark;
      })
    : [];
  sheet.append(names, place);

  function frame(unit) {
    marks.forEach((mark, k) => {
      const along = matrix.framed === "row";
      const units = (along ? rows : columns) / blocks.length;
      mark.hidden = unit >= units; // it has no line of its own for each unit
      const start = ((k * units + unit) * (along ? height : width)) / (along ? rows : columns);
      const thick = Math.max(3, (along ? height / rows : width / columns) + 1);
      mark.style.transform = along ? `translateY(${start}px)` : `translateX(${start}px)`;
      Object.assign(mark.style, along ? { height: `${thick}px` } : { width: `${thick}px` });
    });
  }
  return { sheet, paint, frame };
}
