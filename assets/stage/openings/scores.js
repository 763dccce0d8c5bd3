// From scores to shares: what softmax does with every answer's score, not with the leading one's alone.
import { element, math, number, paint, percent, precise } from "../dom.js";

export function createScores(node, { array, terms, names, color, said }, stage) {
  const table = element("table", "scores");
  const head = element("tr");
  const power = element("th");
  power.append(math(said.power));
  const track = element("th");
  head.append(element("th"), element("th", "", said.score), power, element("th", "", said.share), track);
  table.append(head);
  const rows = names.map((name) => {
    const row = element("tr");
    const [score, raised, share] = [element("td"), element("td"), element("td")];
    const bar = element("i");
    const place = element("td", "scores-bar");
    place.append(bar);
    const label = element("th", "", name);
    label.scope = "row";
    row.append(label, score, raised, share, place);
    table.append(row);
    return { row, score, raised, share, bar };
  });
  table.style.setProperty("--cell", color);
  const sum = element("p", "opened-sum", `${said.all} `);
  const total = element("b");
  sum.append(total);
  node.append(table, sum);

  return {
    draw() {
      const shares = stage.at(array);
      const top = shares.indexOf(Math.max(...shares));
      let all = 0;
      rows.forEach(({ row, score, raised, share, bar }, k) => {
        const value = terms.reduce((sum, term) => sum + stage.at(term.array)[k], 0);
        const power = Math.exp(value);
        all += power;
        paint(score, number(value), value, { signal: `${array}:sum`, output: k });
        paint(raised, precise(power), power, { signal: `${array}:exp`, output: k });
        paint(share, percent(shares[k]), shares[k], { signal: array, output: k });
        bar.style.transform = `scaleX(${Number.isFinite(shares[k]) ? shares[k] : 0})`;
        row.classList.toggle("top", k === top);
      });
      paint(total, precise(all), all, { signal: `${array}:exp:all` });
    },
  };
}
