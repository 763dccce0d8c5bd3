// What networks of many kinds get right, a row for each kind: a scale per column, a dot per training, and the median. A
// dot is a link that opens its network; a kind's name is one that chooses it.
import { element, paint, percent } from "./dom.js";

export function createScores(body, panel, stage) {
  const { columns, rows, strings } = panel;
  const sheet = element("div", "scores");
  sheet.style.setProperty("--columns", columns.length);
  const head = element("div", "score-row score-head");
  head.append(element("span"));
  for (const column of columns) {
    const title = element("div", "score-title");
    title.append(element("b", "", column.title), element("span", "", column.asked));
    head.append(title);
  }
  sheet.append(head, ...panel.groups.map(group), axis());
  body.append(sheet);

  /** Kinds that are made alike: what they have in common stands beside them, once. */
  function group({ name, state, rows: members }) {
    const node = element("div", "score-group");
    const common = element("div", "score-family");
    common.append(element("b", "", name), element("span", "", state));
    const kinds = element("div", "score-kinds");
    kinds.append(...members.map((k) => row(rows[k], k)));
    node.append(common, kinds);
    return node;
  }

  function row(kind, k) {
    const node = element("div", "score-row");
    node.style.setProperty("--cell", kind.color);
    if (kind.chosen) node.classList.add("is-chosen");
    const name = element("a", "score-name inside");
    name.href = kind.link;
    if (kind.chosen) name.setAttribute("aria-current", "true");
    name.append(element("i", "tick", kind.year), element("b", "", kind.name));
    name.title = kind.nature;
    node.append(name, ...columns.map((column, c) => track(kind, k, column, c)));
    node.onclick = (event) => event.target.closest("a") || name.click();
    return node;
  }

  function track(kind, k, column, c) {
    const node = element("div", "score-track");
    const links = kind.opens[c];
    if (!links.length) {
      node.append(element("span", "score-none", strings.none));
      return node;
    }
    const line = element("div", "score-line");
    line.style.setProperty("--chance", column.chance);
    const shares = [...stage.at(column.array, k)].filter(Number.isFinite); // of the trainings that there are
    shares.forEach((share, seed) => {
      const dot = element("a", "score-dot inside");
      dot.href = links[seed];
      dot.title = strings.dot.replace("{name}", kind.name).replace("{seed}", seed).replace("{share}", percent(share));
      dot.setAttribute("aria-label", dot.title);
      dot.style.setProperty("--share", share);
      dot.style.setProperty("--lane", seed - (shares.length - 1) / 2);
      line.append(dot);
    });
    const median = shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 2)];
    const value = element("span", `score-value${median >= panel.solved ? " solved" : ""}`);
    paint(value, percent(median), median, { signal: `right:${column.key}`, network: kind.key });
    node.append(line, value);
    return node;
  }

  function axis() {
    const node = element("div", "score-row score-axis");
    node.append(element("span", "score-unit", strings.unit));
    for (const column of columns) {
      const place = element("div", "score-track");
      const line = element("div", "score-line");
      line.style.setProperty("--chance", column.chance);
      const guess = element("span", "score-guess", strings.guess.replace("{share}", percent(column.chance)));
      for (const share of [0, 0.5, 1]) {
        const tick = element("span", "score-tick tick", percent(share));
        tick.style.setProperty("--share", share);
        line.append(tick);
      }
      line.append(guess);
      place.append(line, element("span", "score-value"));
      node.append(place);
    }
    return node;
  }

  return { draw() {} };
}
