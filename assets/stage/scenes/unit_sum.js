// How one unit's state comes about, in its own numbers: the sum, each term below its name, its tanh, and the answer.
import { element, number, paint, percent, token } from "../dom.js";

const DIGITS = [3, 2, 4, 5];

/** The lines below the tanh of the first scene. */
export function tellSum(panel, stage, step, unit) {
  const { arrays, names, network, words } = panel;
  const t = String(step + 1);
  const value = (text, exact, signal) => {
    const node = element("b");
    paint(node, text, exact, { signal, unit, step, network });
    return node;
  };
  const symbol = (name, index) => {
    const [head, below] = name.split("_");
    const node = element("i", "symbol", head);
    if (below ?? index) node.append(element("sub", "", below ?? index));
    return node;
  };
  const head = element("span", "loop-head");
  head.append(`${words.place.replace("{t}", t)} `, token(panel.tokens[step]), ` · ${words.unit.replace("{unit}", unit)}`);

  const terms = arrays.parts.map((name) => stage.at(name, step)[unit]);
  const sum = stage.at(arrays.sum, step)[unit];
  const { digits, isExact } = digitsThatAdd(terms, sum);
  const written = (exact) => number(exact, digits).replace("\u2007", "");
  const shown = terms.map((exact, k) => {
    const node = value(written(exact), exact, `h:${k}`);
    return k && exact < 0 ? term("(", node, ")") : node;
  });
  const fromInput = term(symbol(names.from_input), " ", symbol(names.input, t));
  const fromState = term(symbol(names.recurrent), " ", symbol(names.state, String(step)));
  const table = element("span", "loop-numbers");
  const rows = [
    [symbol("a"), "=", fromInput, "+", fromState, "+", symbol("b"), "", ""],
    ["", "=", shown[0], "+", shown[1], "+", shown[2], isExact ? "=" : "≈", value(written(sum), sum, "h:sum")],
  ];
  for (const cell of rows.flat()) table.append(cell instanceof Node ? cell : element("span", "", cell));

  const states = element("span");
  const state = stage.at(arrays.h, step)[unit];
  states.append(symbol(names.state, t), " = tanh(", symbol("a"), ") = ", value(written(state), state, "h"));
  const answer = element("span");
  const shares = stage.at(arrays.p, step);
  const top = shares.indexOf(Math.max(...shares));
  const share = element("b");
  paint(share, percent(shares[top]), shares[top], { signal: "p", output: top, step, network });
  const [read, scored, bias] = [symbol(names.readout), symbol(names.state, t), symbol(`b_${names.readout.split("_").at(-1)}`)];
  answer.append(symbol(names.answer, t), " = softmax(", read, " ", scored, " + ", bias, `)${stage.strings.colon}`, panel.labels[top], " ", share);
  return [head, table, states, answer];
}

function term(...parts) {
  const node = element("span");
  node.append(...parts);
  return node;
}

/** So many digits that the terms as they are printed give the sum as it is printed. */
function digitsThatAdd(terms, sum) {
  const adds = (digits) => {
    const printed = terms.reduce((total, exact) => total + Number(exact.toFixed(digits)), 0);
    return printed.toFixed(digits) === sum.toFixed(digits);
  };
  const digits = DIGITS.find(adds);
  return { digits: digits ?? DIGITS[0], isExact: digits !== undefined };
}
