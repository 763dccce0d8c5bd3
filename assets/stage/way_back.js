// The chain of steps with the gradient on its way back: each state, and below it what reaches it from the loss, which
// stands at the right end. Steps that the cursor has not come back to are faint.
import { canvas, element, math, paint, precise, token } from "./dom.js";
import { colorOf, drawUnits, inkOn } from "./color.js";

const SIDE = 52; // pixels of the picture of a state

export function createWayBack(body, panel, stage) {
  const { header } = stage;
  const colors = {
    state: colorOf(header.scales, "state", panel.range),
    gradients: panel.gradientRanges.map((range) => colorOf(header.scales, "state", range)), // one step's are not another's
    size: colorOf(header.scales, "gradient", panel.sizeRange),
  };
  const scroller = element("div", "back-scroll");
  const line = element("div", "back-line");
  const formula = element("div", "back-formula");
  formula.append(math(panel.formula));
  scroller.append(line);
  body.append(names(panel), scroller, formula);

  const columns = Array.from({ length: stage.steps }, (_, t) => column(t));
  line.append(...columns.map(({ node }) => node), lossColumn());

  function column(t) {
    const node = element("div", "back-column");
    const [state, gradient] = [picture("state"), picture("gradient")];
    const size = element("b", "back-size");
    const factor = element("span", "back-factor");
    const times = element("span");
    if (t < stage.steps - 1) factor.append("× ", times);
    else factor.append(math(panel.entrance));
    const word = token(header.tokens[t] || String(t + 1), header.known[t]);
    node.append(word, state.box, gradient.box, size, factor);
    node.onclick = () => stage.select({ step: t });
    const [value] = stage.at(panel.sizes, t);
    node.classList.toggle("cut", panel.cut[t]);
    return {
      node,
      fill(unit) {
        state.draw(stage.at(panel.states, t), colors.state, unit);
        gradient.draw(stage.at(panel.gradients, t), colors.gradients[t], unit);
        paint(size, precise(value).trim(), value, { signal: panel.sizes, step: t });
        const shade = colors.size(Math.log10(value));
        size.style.background = value > 0 ? shade : "";
        size.style.color = value > 0 ? inkOn(shade, stage.page) : "";
        if (t === stage.steps - 1) return;
        const [by] = stage.at(panel.factors, t);
        paint(times, Number.isNaN(by) ? "–" : precise(by).trim(), by, { signal: panel.factors, step: t });
      },
    };
  }

  function picture(kind) {
    const box = element("div", `back-box ${kind}`);
    box.style.setProperty("--cell", panel.color);
    const { node, context } = canvas(SIDE, SIDE);
    box.append(node);
    return { box, draw: (values, color, unit) => drawUnits(context, 3, 3, SIDE - 6, SIDE - 6, values, color, unit, stage.ink) };
  }

  /** The loss, and of the outputs that it pulls at most strongly what they are and how strongly. */
  function lossColumn() {
    const node = element("div", "back-loss");
    const [value] = stage.whole(panel.loss);
    const title = element("p", "", `${panel.strings.loss} = `);
    const number = element("b");
    const last = stage.steps - 1;
    paint(number, precise(value), value, { signal: panel.loss, step: last });
    title.append(number);
    const table = element("table");
    const head = element("tr");
    head.append(element("td"), ...panel.columns.map(({ label }) => element("th", "", label)));
    table.append(head);
    for (const { index, label, own } of panel.outputs) {
      const row = element("tr", own ? "own" : "");
      row.append(element("th", "", label));
      for (const { array } of panel.columns) {
        const place = element("td");
        const one = stage.at(array, last)[index];
        paint(place, precise(one), one, { signal: array, output: index, step: last });
        row.append(place);
      }
      table.append(row);
    }
    node.append(title, table);
    return node;
  }

  let room = 0;
  function reveal(step) {
    const { offsetLeft, offsetWidth } = columns[step].node;
    if (line.scrollWidth > room) scroller.scrollLeft = offsetLeft + offsetWidth / 2 - room / 2;
  }
  const observer = new ResizeObserver(() => {
    room = scroller.clientWidth;
    reveal(stage.now.step);
  });
  observer.observe(scroller);
  return {
    draw({ step, unit }, before) {
      if (unit !== before.unit) for (const { fill } of columns) fill(unit);
      columns.forEach(({ node }, t) => {
        node.classList.toggle("now", t === step);
        node.classList.toggle("unreached", t < step);
      });
      reveal(step);
    },
    destroy: () => observer.disconnect(),
  };
}

function names({ strings }) {
  const node = element("div", "back-names");
  node.append(element("span", "", strings.word), element("span", "", strings.state), element("span", "", strings.gradient));
  node.append(element("span", "", strings.size));
  return node;
}
