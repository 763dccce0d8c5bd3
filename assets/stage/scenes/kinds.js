// Kinds of sequences, a small picture each.
import { element, svg } from "../dom.js";

const [WIDE, TALL] = [68, 20];

export function createKinds({ kinds, tokens, words }, stage) {
  const list = element("ul", "loop-kinds");
  list.append(element("li", "scene-note", words.kinds));
  for (const { name, form, array, shape } of kinds) {
    const item = element("li");
    const picture = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, width: WIDE, height: TALL, "aria-hidden": "true" });
    const values = array ? stage.whole(array) : [];
    if (form === "text") picture.append(svg("text", { x: 0, y: 15 }, tokens.slice(0, 2).join(" ")));
    else picture.append(...DRAWN[form](values, shape));
    item.append(picture, element("span", "", name));
    list.append(item);
  }
  return list;
}

const DRAWN = {
  line(values) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const y = (value) => (TALL - 3 - ((value - low) / (high - low)) * (TALL - 6)).toFixed(1);
    const points = Array.from(values, (value, k) => `${((k * WIDE) / (values.length - 1)).toFixed(1)},${y(value)}`);
    return [svg("path", { class: "kind-line", d: `M${points.join("L")}` })];
  },
  squares(values, [rows, columns]) {
    const size = Math.min(TALL / rows, WIDE / columns);
    return Array.from(values, (value, k) => {
      const place = { x: (k % columns) * size, y: Math.floor(k / columns) * size, width: size - 0.5, height: size - 0.5 };
      return svg("rect", { ...place, class: "kind-mark", opacity: Math.max(0.1, 1 - Math.abs(value - 0.8) * 1.6).toFixed(2) });
    });
  },
  bars(values) {
    const wide = WIDE / values.length;
    const tall = (value) => 4 + value * 6;
    return Array.from(values, (value, k) =>
      svg("rect", { class: "kind-mark", x: k * wide, y: TALL - tall(value), width: wide - 2, height: tall(value), opacity: 0.6 }),
    );
  },
};
