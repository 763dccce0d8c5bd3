// Sequences of different length as one batch: a row for each, a column per step, the padding hatched. Beside each row
// what it is answered alone, and what when its padding is read; below, how many rows are still there at each step.
import { element, paint, percent, token, write } from "./dom.js";
import { columnsInSight } from "./edges.js";

const LETTER = { wide: 14, slim: 7.3 }; // pixels of a character
const LEAST = 13; // of a column without words

export function createBatch(body, panel, stage) {
  const { rows, labels, strings } = panel;
  const furthest = Math.max(1e-9, ...stage.whole(panel.drift).filter(Number.isFinite)); // has the strongest hatch
  const sheet = element("div", "batch-sheet");
  const scroller = element("div", "batch-scroll");
  const line = element("div", "batch-line");
  const answers = element("div", "batch-answers");
  scroller.append(line);
  sheet.append(names(), scroller, answers);
  body.append(sheet);

  const columns = Array.from({ length: stage.steps }, (_, t) => column(t));
  line.append(...columns);
  for (const told of [strings.alone, strings.padded]) answers.append(element("span", "batch-head", told));
  rows.forEach((row, k) => answers.append(answer("alone", row, k), answer("padded", row, k)));

  function names() {
    const node = element("div", "batch-names");
    node.append(element("span", "batch-head", strings.step));
    for (const row of rows) {
      const name = element("span", "batch-name tick", row.name);
      name.style.setProperty("--row", row.color);
      node.append(name);
    }
    node.append(element("span", "batch-left", strings.left));
    return node;
  }

  function column(t) {
    const node = element("div", "batch-column");
    const word = Math.max(...rows.map(({ tokens }) => widthOf(tokens[t] ?? "")), LEAST);
    node.style.setProperty("--least", `${Math.min(word, 120)}px`);
    node.append(element("span", "batch-head tick", String(t + 1)));
    rows.forEach((row, k) => node.append(t < row.length ? own(row, t) : padding(k, t)));
    const left = element("span", "batch-left");
    const count = stage.whole(panel.sizes)[t];
    paint(left, String(count), count, { signal: "batch_sizes", step: t });
    node.append(left);
    node.onclick = () => stage.select({ step: t });
    return node;
  }

  function widthOf(text) {
    return text ? [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? LETTER.wide : LETTER.slim), 8) : 0;
  }

  function own(row, t) {
    const cell = element("span", "batch-cell");
    cell.style.setProperty("--row", row.color);
    if (row.tokens[t]) cell.append(token(row.tokens[t], row.known[t]));
    if (t === row.length - 1) cell.classList.add("ends");
    return cell;
  }

  /** A place that nothing fills, the stronger the further its state has moved when it is read. */
  function padding(k, t) {
    const cell = element("span", "batch-cell padding");
    const moved = stage.at(panel.drift, t)[k];
    cell.style.setProperty("--moved", Number.isFinite(moved) ? (moved / furthest).toFixed(3) : 1);
    cell.title = strings.moved.replace("{share}", percent(moved));
    return cell;
  }

  function answer(way, row, k) {
    const shares = [...stage.at(panel[way], k)];
    const top = shares.indexOf(Math.max(...shares));
    const node = element("span", `batch-answer ${way}`);
    if (top < 0) return node;
    const share = element("small");
    paint(share, percent(shares[top]), shares[top], { signal: `p:${way}`, network: k, output: top });
    node.append(element("i", "batch-number tick", row.name), element("b", "", labels[top]), share);
    if (way === "padded" && row.misread) {
      node.classList.add("misread");
      node.append(element("span", "unseen", strings.misread));
    }
    node.title = `${labels[top]} ${percent(shares[top])}`;
    return node;
  }

  const sight = columnsInSight(scroller, columns, () => stage.now.step);
  const said = element("p", "batch-said");
  body.append(said);
  return {
    draw({ step }) {
      columns.forEach((node, t) => node.classList.toggle("now", t === step));
      const left = stage.whole(panel.sizes)[step];
      write(said, strings.said.replace("{step}", stage.number(step)).replace("{left}", left).replace("{rows}", rows.length));
      sight.reveal(step);
    },
    destroy: sight.destroy,
  };
}
