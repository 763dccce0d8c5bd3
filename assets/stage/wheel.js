// The key to the colours of steps, for a row of pictures that share it: the one that the page is about, and the others
// from the one that is read next to the one that is read last.
import { colorsByAge } from "./color.js";
import { element, token } from "./dom.js";

export function createWheel(body, panel, stage) {
  const { header, steps } = stage;
  const colors = colorsByAge(panel.ages, steps, panel.first);
  const others = colors.filter((_, k) => k !== panel.first);
  if (panel.first) others.reverse(); // read from right to left

  const first = element("span", "wheel-part");
  const word = header.tokens[panel.first];
  first.append(swatch(colors[panel.first]), element("span", "", panel.strings.first), ...(word ? [token(word, header.known[panel.first])] : []));
  body.append(first);
  if (others.length) {
    const rest = element("span", "wheel-part");
    const ends = [others[0], ...others, others.at(-1)]; // a gradient of one colour needs it twice
    const scale = swatch(`linear-gradient(to right, ${ends.join()})`, "wheel-scale");
    rest.append(element("span", "", panel.strings.next), scale, element("span", "", panel.strings.last));
    body.append(rest);
  }
  if (panel.base) {
    const base = element("span", "wheel-part");
    base.append(swatch("rgba(128,128,128,.45)"), element("span", "", panel.base));
    body.append(base);
  }
  if (panel.note) body.append(element("span", "", panel.note));
  return { draw() {} };
}

function swatch(paint, name = "") {
  const node = element("i", name);
  node.style.background = paint;
  return node;
}
