// The chain of steps with the gradient on its way back: each state, and below it what reaches it from the loss, which
// stands at the right end. Steps that it has not come back to are outlines.
import { canvas, element, math, paint, power, precise, token } from "./dom.js";
import { colorOf, drawUnits } from "./color.js";

const SIDE = 52; // pixels of the picture of a state
const SEEN = 0.05; // of the largest number of a table: with one digit more all of them can be told from zero

export function createWayBack(body, panel, stage) {
  const { header } = stage;
  const colors = {
    state: colorOf(header.scales, "state", panel.range),
    gradient: colorOf(header.scales, "state", panel.gradientRange), // one for all steps: what fades is seen to fade
  };
  const scroller = element("div", "back-scroll");
  const line = element("div", "back-line");
  const formulas = element("div", "back-formulas");
  formulas.append(...panel.formulas.map(math));
  scroller.append(line);
  const product = element("p", "back-product", panel.product);
  body.append(names(panel), scroller, product, lossColumn(), formulas);

  const columns = Array.from({ length: stage.steps }, (_, t) => column(t));
  line.append(...columns.map(({ node }) => node));

  function column(t) {
    const node = element("div", "back-column");
    const [state, gradient] = [picture("state"), picture("gradient")];
    const factor = element("b", "back-factor"); // what the step back to this state multiplies by
    const times = element("span");
    if (t < stage.steps - 1) {
      const by = element("em", "", "J"); // the matrix that the arrow stands for, as the formula below writes it
      by.append(element("sup", "", "⊤"));
      factor.append(element("i", "", "×"), times, by);
    } else factor.append(element("small", "", panel.strings.start));
    const amount = element("div", "back-amount");
    const [share, bar] = [element("b"), element("i")];
    amount.append(share, bar);
    node.append(token(header.tokens[t] || String(stage.number(t)), header.known[t]), state.box, factor, gradient.box, amount);
    node.onclick = () => stage.select({ step: t });
    node.classList.toggle("cut", panel.cut[t]);
    const [left] = stage.at(panel.shares, t);
    paint(share, portion(left), left, { signal: panel.shares, step: t });
    bar.style.height = `${Number.isFinite(left) ? (100 * left) / panel.most : 0}%`;
    if (t < stage.steps - 1) {
      const [by] = stage.at(panel.factors, t);
      paint(times, Number.isNaN(by) ? "–" : precise(by, by < 1 ? 2 : 3).trim(), by, { signal: panel.factors, step: t });
    }
    return {
      node,
      fill(unit) {
        state.draw(stage.at(panel.states, t), colors.state, unit);
        gradient.draw(stage.at(panel.gradients, t), colors.gradient, unit);
      },
    };
  }

  function picture(kind) {
    const box = element("div", `back-box ${kind}`);
    box.style.setProperty("--cell", panel.color);
    const { node, context } = canvas(SIDE, SIDE);
    box.append(node);
    return {
      box,
      draw(values, color, unit) {
        const { columns: across, size, left, top } = drawUnits(context, 3, 3, SIDE - 6, SIDE - 6, values, color, unit, stage.ink);
        if (kind !== "gradient") return;
        context.strokeStyle = "rgba(128,128,128,.4)"; // near zero a square has the colour of what lies behind it
        context.lineWidth = 0.7;
        for (let k = 0; k < values.length; k++) {
          if (k !== unit) context.strokeRect(left + (k % across) * size, top + Math.floor(k / across) * size, size - 1, size - 1);
        }
      },
    };
  }

  /** The loss, and of the outputs that it pulls at most strongly what they are and how strongly. */
  function lossColumn() {
    const node = element("div", "back-loss");
    const [value] = stage.whole(panel.loss);
    const last = stage.steps - 1;
    if (panel.target) node.append(element("p", "", panel.target));
    const title = element("p", "", `${panel.strings.loss} = `);
    const number = element("b");
    paint(number, precise(value).trim(), value, { signal: panel.loss, step: last });
    title.append(number);
    const table = element("table");
    const head = element("tr");
    head.append(element("td"), ...panel.columns.map(({ label }) => element("th", "", label)));
    table.append(head);
    const most = Math.max(...stage.at(panel.columns.at(-1).array, last).map(Math.abs));
    const digits = most >= SEEN ? 3 : most >= SEEN / 50 ? 4 : null; // one form for all, or each in its own
    for (const { index, label, own } of panel.outputs) {
      const row = element("tr", own ? "own" : "");
      row.append(element("th", "", label));
      for (const { array } of panel.columns) {
        const place = element("td");
        const one = stage.at(array, last)[index];
        paint(place, digits ? fixed(one, digits) : precise(one), one, { signal: array, output: index, step: last });
        row.append(place);
      }
      table.append(row);
    }
    if (panel.rest) {
      const rest = element("tr");
      rest.append(Object.assign(element("th", "", panel.rest), { colSpan: 1 + panel.columns.length }));
      table.append(rest);
    }
    node.append(title, table);
    if (panel.key) node.append(element("small", "", panel.key));
    return node;
  }

  let room = 0;
  /** The loss stands behind the last step: nothing is to be seen beyond it. */
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
      product.classList.toggle("unreached", step > 0);
      reveal(step);
    },
    destroy: () => observer.disconnect(),
  };
}

/** A share of what there is at the loss, in two digits. */
function portion(share) {
  if (!Number.isFinite(share)) return "–";
  if (share >= 10) return `${power(Math.log10(share))} ×`;
  const percent = 100 * share;
  return share && percent < 0.01 ? power(Math.log10(share)) : `${percent >= 10 ? percent.toFixed(0) : Number(percent.toPrecision(2))}%`;
}

function fixed(value, digits) {
  if (!Number.isFinite(value)) return precise(value);
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) ? "−" : "\u2007") + text;
}

function names({ strings }) {
  const node = element("div", "back-names");
  for (const name of ["word", "state", "factor", "gradient", "size"]) node.append(element("span", name, strings[name]));
  return node;
}
