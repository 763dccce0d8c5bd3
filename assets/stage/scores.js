// What networks of many kinds get right, a row for each kind: a scale per column, a dot per training, and the median. A
// dot is a link that opens its network; a kind's name is one that chooses it, where one is to be chosen. With
// `trainings`, so many count and are told as solved or not, and a dot that comes after them was trained just now.
import { element, paint, percent } from "./dom.js";

export function createScores(body, panel, stage) {
  const { columns, rows, strings } = panel;
  const sheet = element("div", "scores");
  sheet.style.setProperty("--columns", columns.length);
  sheet.classList.toggle("is-counted", "trainings" in panel);
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
    const name = element(kind.link ? "a" : "span", `score-name${kind.link ? " inside" : ""}`);
    if (kind.link) name.href = kind.link;
    if (kind.chosen) name.setAttribute("aria-current", "true");
    if (kind.year) name.append(element("i", "tick", kind.year));
    name.append(element("b", "", kind.name));
    if (kind.nature) name.title = kind.nature;
    node.append(name, ...columns.map((column, c) => track(kind, k, column, c)));
    if (kind.link) node.onclick = (event) => event.target.closest("a") || name.click();
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
    if (!shares.length) {
      node.append(line, element("span", "score-value", strings.awaited));
      return node;
    }
    shares.forEach((share, seed) => {
      const dot = element("a", "score-dot inside");
      dot.href = links[seed];
      const now = seed >= (panel.trainings ?? Infinity);
      dot.classList.toggle("is-new", now);
      dot.classList.toggle("is-solved", share >= panel.solved);
      const told = { name: kind.called ?? kind.name, seed, share: percent(share) };
      dot.title = (now ? strings.new : strings.dot).replace(/{(\w+)}/g, (_, name) => told[name]);
      dot.setAttribute("aria-label", dot.title);
      dot.style.setProperty("--share", share);
      dot.style.setProperty("--lane", seed - (shares.length - 1) / 2);
      line.append(dot);
    });
    node.append(line, panel.trainings ? count(shares.slice(0, panel.trainings)) : median(shares));
    return node;

    function median(all) {
      const share = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
      const value = element("span", `score-value${share >= panel.solved ? " solved" : ""}`);
      paint(value, percent(share), share, { signal: `right:${column.key}`, network: kind.key });
      return value;
    }

    function count(all) {
      const solved = all.filter((share) => share >= panel.solved).length;
      const value = element("span", `score-value${solved === all.length ? " solved" : ""}`);
      const told = strings.count.replace("{solved}", solved).replace("{count}", all.length);
      paint(value, told, solved, { signal: `solved:${column.key}`, network: kind.key });
      return value;
    }
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
