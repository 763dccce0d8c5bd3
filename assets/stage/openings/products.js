// A summand as the sum it is: the row of its matrix, the vector below it, and the product of each pair.
import { element, math, number, paint } from "../dom.js";
import { colorOf, inkOn } from "../color.js";

/** ``array``: the summand's. ``at()``: the chosen unit, or the answer that leads; ``which(at)``: how it is marked. */
export function createProducts(node, { array, products, at, which, said }, stage) {
  const { weight, columns, first, factor, names } = products;
  const scroller = element("div", "products-scroll");
  const table = element("table", "products");
  const rows = [...names, null].map((name) => {
    const row = element("tr");
    const head = element("th");
    head.scope = "row";
    head.append(name ? math(name) : "×");
    row.append(head, ...Array.from({ length: columns }, () => element("td")));
    table.append(row);
    return [...row.querySelectorAll("td")];
  });
  scroller.append(table);
  const sum = element("p", "opened-sum", `${said.sum.replace("{count}", columns)} `);
  const total = element("b");
  sum.append(total);
  node.append(scroller, sum);

  function fill(cell, value, most, place) {
    const shade = colorOf(stage.header.scales, "state", [-most, most])(value);
    paint(cell, number(value, 2), value, place);
    cell.style.background = shade;
    cell.style.color = inkOn(shade, stage.page);
  }

  return {
    draw() {
      const unit = at();
      const weights = stage.whole(weight).subarray((first + unit) * columns, (first + unit + 1) * columns);
      const values = stage.at(factor);
      const parts = weights.map((each, j) => each * values[j]);
      const largest = (numbers) => Math.max(1e-9, ...numbers.filter(Number.isFinite).map(Math.abs));
      const most = [largest(weights), Math.max(1, largest(values)), largest(parts)];
      for (let j = 0; j < columns; j++) {
        fill(rows[0][j], weights[j], most[0], { signal: `${array}:weight`, ...which(unit), source: j });
        fill(rows[1][j], values[j], most[1], { signal: factor, unit: j });
        fill(rows[2][j], parts[j], most[2], { signal: `${array}:product`, ...which(unit), source: j });
      }
      const value = stage.at(array)[unit];
      paint(total, number(value), value, { signal: array, ...which(unit) });
    },
  };
}
