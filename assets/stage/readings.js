// What several networks answer at every step of one sequence: a row per network, a column per step.
import { element, paint, percent, token } from "./dom.js";
import { columnsInSight } from "./edges.js";

const NARROW = 26; // pixels of a column in a long sequence, where answers are little more than colours

export function createReadings(body, panel, stage) {
  const { header } = stage;
  const sheet = element("div", "readings-sheet");
  const names = element("div", "readings-names");
  const scroller = element("div", "readings-scroll");
  const line = element("div", "readings-line");
  scroller.append(line);
  sheet.append(names, scroller);
  body.append(sheet);
  names.append(element("span", "readings-word"));
  for (const row of panel.rows) names.append(nameOf(row));
  const hasRow = panel.solution?.every((right) => right !== null); // one that is only known at the end is in the title
  if (hasRow) names.append(element("span", "readings-name right", panel.strings.solution));

  const columns = Array.from({ length: stage.steps }, (_, t) => {
    const node = element("div", "readings-column");
    node.onclick = () => stage.select({ step: t });
    return node;
  });
  line.append(...columns);
  line.classList.toggle("narrow", stage.steps > 40);
  sheet.classList.toggle("few", stage.steps <= 14 && panel.rows.length <= 4); // on a phone words are rows, then

  /** A word wants to be read, and an answer as well. */
  function roomFor(t) {
    const word = Math.min(150, [...header.tokens[t]].reduce((sum, c) => sum + (c > "\u2e7f" ? 15 : 8.5), 14));
    return Math.max(word, panel.least);
  }

  function nameOf(row) {
    const node = element("span", "readings-name");
    const name = element("b", "", row.name);
    if (row.color) name.style.setProperty("--cell", row.color);
    node.append(name);
    if (row.detail) node.append(element("small", "", row.detail));
    return node;
  }

  function fill(node, t) {
    node.style.setProperty("--least", `${stage.steps > 40 ? NARROW : roomFor(t)}px`);
    const word = element("span", "readings-word");
    word.append(token(header.tokens[t], header.known[t]));
    node.replaceChildren(word);
    const leading = panel.rows.map((row) => {
      const shares = stage.at(row.array, t);
      return shares.indexOf(Math.max(...shares));
    });
    panel.rows.forEach((row, k) => {
      const top = leading[k];
      const share = stage.at(row.array, t)[top];
      const cell = element("span", "readings-answer");
      if (top < 0) return node.append(cell); // a word that the first run did not read
      cell.style.setProperty("--label", panel.colors[top]);
      cell.style.setProperty("--sure", Number.isFinite(share) ? share.toFixed(3) : 0);
      cell.classList.toggle("quiet", top === panel.quiet);
      const right = panel.solution?.[t] ?? undefined;
      if (right !== undefined && right >= 0) cell.classList.add(right === top ? "is-right" : "is-wrong");
      if (right === -1) cell.classList.add("unasked");
      cell.append(element("b", "", panel.labels[top]), shareOf(row, t, top));
      cell.title = `${row.name}${stage.strings.colon}${panel.labels[top]} ${percent(share)}`;
      node.append(cell);
    });
    const isSure = panel.rows.some((row, k) => stage.at(row.array, t)[leading[k]] > 0.5); // before, all of them only guess
    const differs = new Set(leading).size > 1 && !panel.solution && isSure;
    node.classList.toggle("differ", differs);
    if (differs) frameTheFew(node, leading);
    if (hasRow) {
      const right = panel.solution[t];
      node.append(element("span", "readings-right", right < 0 ? "–" : panel.labels[right]));
    }
  }

  /** Frame the answers that fewer networks give than another one; all of them where as many give each. */
  function frameTheFew(node, leading) {
    const count = leading.map((top) => leading.filter((other) => other === top).length);
    const most = Math.max(...count);
    const isTie = new Set(leading.filter((_, k) => count[k] === most)).size > 1;
    node.querySelectorAll(".readings-answer").forEach((cell, k) => cell.classList.toggle("odd", isTie || count[k] < most));
  }

  function shareOf(row, t, output) {
    const node = element("small");
    const share = stage.at(row.array, t)[output];
    paint(node, percent(share), share, { signal: row.signal ?? "p", network: row.network, output, step: t });
    return node;
  }

  const sight = columnsInSight(scroller, columns, () => stage.now.step);
  return {
    draw({ step, snapshot }, before) {
      if (snapshot !== before.snapshot) columns.forEach(fill);
      columns.forEach((node, t) => node.classList.toggle("now", t === step));
      if (step !== before.step) sight.reveal(step);
    },
    destroy: sight.destroy,
  };
}
