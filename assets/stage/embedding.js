// A word's one-hot vector and the table of the embedding: the row with the 1 is what goes in.
import { canvas, element, math, number, paint, token, write } from "./dom.js";
import { colorOf, inkOn } from "./color.js";

const ROW = { width: 150, height: 14 };

export function createEmbedding(body, panel, stage) {
  const { names, size, count, words } = panel;
  const shown = words[0].length;
  const color = colorOf(stage.header.scales, "state", panel.range);
  const table = element("table", "embedding-table");
  const head = element("tr");
  for (const name of [names.row, names.word, names.one_hot, names.table]) head.append(element("th", "", name));
  const above = gap();
  const below = gap();
  const lines = Array.from({ length: shown }, () => {
    const row = element("tr");
    const [at, word, one, place] = Array.from({ length: 4 }, () => element("td"));
    const drawing = canvas(ROW.width, ROW.height);
    place.append(drawing.node);
    at.className = "tick";
    one.className = "tick";
    row.append(at, word, one, place);
    return { row, at, word, one, context: drawing.context };
  });
  table.append(head, above, ...lines.map(({ row }) => row), below);
  const result = element("div", "embedding-row");
  const name = element("span", "embedding-name");
  name.append(math(names.x), " =");
  const cells = Array.from({ length: size }, () => element("b"));
  result.append(name, ...cells);
  body.append(table, result);

  function gap() {
    const row = element("tr", "embedding-gap");
    row.append(...Array.from({ length: 4 }, (_, k) => element("td", "", k === 1 ? "" : "⋮")));
    return row;
  }

  return {
    draw({ step }) {
      const [id] = stage.at(panel.ids);
      const [first] = stage.at(panel.first);
      const values = stage.at(panel.rows);
      above.style.visibility = first > 0 ? "" : "hidden";
      below.style.visibility = first + shown < count ? "" : "hidden";
      lines.forEach(({ row, at, word, one, context }, k) => {
        const own = first + k === id;
        row.classList.toggle("own", own);
        write(at, String(first + k));
        word.replaceChildren(token(words[step][k]));
        write(one, own ? "1" : "0");
        context.clearRect(0, 0, ROW.width, ROW.height);
        for (let j = 0; j < size; j++) {
          context.fillStyle = color(values[k * size + j]);
          context.fillRect((j * ROW.width) / size, 0, ROW.width / size - 1, ROW.height);
        }
        if (!own) return;
        cells.forEach((cell, j) => {
          const value = values[k * size + j];
          const shade = color(value);
          paint(cell, number(value, 2), value, { signal: "embedding", unit: j });
          cell.style.background = shade;
          cell.style.color = inkOn(shade, stage.page);
        });
      });
    },
  };
}
