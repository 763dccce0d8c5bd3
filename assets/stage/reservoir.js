// A reservoir: its units as discs, each half of which is the state from one of two starts; the strongest of its fixed
// weights as lines, and broken lines to the readout, which alone is trained. Where a unit stands means nothing.
import { element, mark, number, paint, svg } from "./dom.js";
import { colorOf } from "./color.js";

const WIDTH = 500;
const HEIGHT = 300;
const MIDDLE = [236, 150];
const AROUND = 146; // the radius of all units together
const INPUT = [40, 150];
const READOUT = [434, 150];
const TURN = Math.PI * (3 - Math.sqrt(5)); // each next unit stands so much further round: they lie evenly

export function createReservoir(body, panel, stage) {
  const sheet = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": panel.label, class: "reservoir" });
  body.append(sheet);
  const color = colorOf(stage.header.scales, panel.scale, panel.range);
  const count = stage.at(panel.halves[0].array).length;
  const size = Math.min(13, 0.44 * AROUND * Math.sqrt(Math.PI / count));
  const place = (unit) => {
    const far = (AROUND - size) * Math.sqrt((unit + 0.5) / count);
    return [MIDDLE[0] + far * Math.cos(TURN * unit), MIDDLE[1] + far * Math.sin(TURN * unit)];
  };

  lines(panel.wires, "wire", ([to, from]) => [place(from), place(to), { signal: "W:weight", from, to }]);
  lines(panel.into, "wire into", ([to]) => [INPUT, place(to), { signal: "input:weight", unit: to }]);
  lines(panel.out, "wire out", ([from]) => [place(from), READOUT, { signal: "readout:weight", unit: from }]);
  const halves = panel.halves.map(({ array, name }, side) => {
    const units = Array.from({ length: count }, (_, unit) => {
      const [x, y] = place(unit);
      if (!side) sheet.append(svg("circle", { cx: x, cy: y, r: size, class: "ground" }));
      const half = svg("path", { d: `M${x} ${y - size}A${size} ${size} 0 0 ${side} ${x} ${y + size}z`, class: "half" });
      const told = svg("title");
      half.append(told);
      sheet.append(half);
      return { half, told };
    });
    return { array, name, units };
  });
  for (let unit = 0; unit < count; unit++) {
    const [cx, cy] = place(unit);
    sheet.append(svg("circle", { cx, cy, r: size, class: "rim" }));
  }

  const heard = node(INPUT, "input");
  label(INPUT[0], INPUT[1] - 30, panel.input.name, "middle");
  const input = label(INPUT[0], INPUT[1] + 42, "", "middle");
  node(READOUT, "readout");
  label(READOUT[0], READOUT[1] - 46, panel.wanted.name, "middle");
  const wanted = label(READOUT[0], READOUT[1] - 27, "", "middle", "value");
  const said = svg("g", { class: "said" });
  sheet.append(said);
  said.append(label(READOUT[0], READOUT[1] + 40, panel.words.read, "middle"));
  const read = panel.read.map(({ name, array }, k) => {
    const y = READOUT[1] + 64 + 42 * k;
    const text = label(READOUT[0], y + 18, "", "middle", "value");
    said.append(label(READOUT[0], y, name, "middle"), text);
    return { array, text };
  });
  const key = element("p", "reservoir-key");
  key.append(element("span", "fixed", panel.words.fixed), panel.words.strongest, element("span", "trained", panel.words.trained));
  body.append(key);

  function lines(weights, kind, ends) {
    const most = Math.max(...weights.map(([, , weight]) => Math.abs(weight)), 0);
    for (const each of weights) {
      const [[x1, y1], [x2, y2], which] = ends(each);
      const line = svg("line", { x1, y1, x2, y2, class: kind, "stroke-width": 0.4 + 1.4 * (Math.abs(each[2]) / most) });
      const told = svg("title");
      line.append(told);
      sheet.append(line);
      told.textContent = number(each[2]);
      mark(line, each[2], which);
    }
  }

  function node([cx, cy], kind) {
    const drawn = svg("circle", { cx, cy, r: 14, class: `node ${kind}` });
    sheet.append(drawn);
    return drawn;
  }

  function label(x, y, text, anchor = "start", kind = "") {
    const drawn = svg("text", { x, y, "text-anchor": anchor, class: kind }, text);
    sheet.append(drawn);
    return drawn;
  }

  return {
    draw() {
      halves.forEach(({ array, units }, side) => {
        const states = stage.at(array);
        units.forEach(({ half, told }, unit) => {
          half.setAttribute("fill", color(states[unit]));
          told.textContent = number(states[unit]);
          mark(half, states[unit], { signal: "h", network: side + 1, unit });
        });
      });
      const [u] = stage.at(panel.input.array);
      heard.setAttribute("fill", color(u));
      paint(input, number(u), u, { signal: "x" });
      const [right] = stage.at(panel.wanted.array);
      said.style.visibility = Number.isNaN(right) ? "hidden" : ""; // what is to be recalled was not read yet
      if (!Number.isNaN(right)) paint(wanted, number(right), right, { signal: panel.wanted.array });
      else {
        wanted.textContent = panel.words.from;
        delete wanted.dataset.value; // a word, and no number
      }
      for (const { array, text } of read) {
        const [value] = stage.at(array);
        paint(text, number(value), value, { signal: array });
      }
    },
  };
}
