// Pairs are written into one matrix by several rules, side by side: which operations there are, how alike the keys are,
// and what every key reads back after each. How alike the keys are is dragged here, among what Python computed for it.
import { element, inked, math, number, paint, write } from "./dom.js";
import { button } from "./scenes/sheet.js";
import { drawTable } from "./table.js";

const RESTS = 350; // ms after the last move of the slider until the address follows
const MOST = 2; // values that are named at once, the largest; the bars show all
const ONE = 0.05; // so much of a value is there at all, and so near to 1 it is all of it

export function createKeyValue(body, panel, stage) {
  const { keys, values, signs, operations, similarities, words } = panel;
  const [count, size, length] = [operations.length, values.length, panel.length];
  const live = !stage.header.offline;
  let similarity = panel.at;
  let rest = null;

  const list = element("div", "operations");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", words.operations);
  const chips = operations.map(({ text }, step) => {
    const chip = button(text, () => stage.select({ step }), "operation");
    list.append(chip);
    return chip;
  });
  const tools = element("div", "operation-tools");
  tools.append(element("b", "", words.edit));
  const write_ = (changed, step) => stage.ask("knob", { name: "operations", value: changed.map(({ key, value }) => key + value).join(".") }, { step });
  const tool = (text, name, action) => {
    const node = button(text, action, "");
    node.setAttribute("aria-label", name);
    return node;
  };
  const changed = (change) => {
    const { step } = stage.now;
    write_(operations.map((one, k) => (k === step ? { ...one, ...change } : one)), step);
  };
  const choice = (kind, options) => {
    const group = element("span", "choice");
    group.append(element("small", "", words[kind]));
    const nodes = options.map(({ name, text }) => {
      const node = tool(text, `${words[kind]}: ${text}`, () => changed({ [kind]: name }));
      group.append(node);
      return { name, node };
    });
    tools.append(group);
    return nodes;
  };
  const chosen = live
    ? {
        key: choice("key", keys.map((name) => ({ name, text: name }))),
        value: choice("value", [...values.map((name, k) => ({ name, text: signs[k] })), { name: "0", text: words.erase }, { name: "", text: words.ask }]),
      }
    : {};
  const add = tool(words.more_steps, words.add, () => {
    const { step } = stage.now;
    write_([...operations.slice(0, step + 1), { ...operations[step] }, ...operations.slice(step + 1)], step + 1);
  });
  const remove = tool(words.fewer_steps, words.remove, () => {
    const { step } = stage.now;
    write_(operations.filter((_, k) => k !== step), Math.max(0, step - 1));
  });
  add.disabled = count >= panel.most;
  remove.disabled = count <= 1;
  if (live) tools.append(add, remove);

  const alike = element("label", "alike");
  const slider = element("input", "stage-slider");
  Object.assign(slider, { type: "range", min: 0, max: similarities.length - 1, step: 1, value: similarity });
  slider.setAttribute("aria-label", words.alike);
  const reading = element("b");
  alike.append(element("span", "", words.alike), element("small", "", words.apart), slider, element("small", "", words.same), reading);
  const top = element("div", "operation-line");
  top.append(list, alike);
  body.append(top);
  slider.oninput = () => {
    similarity = Number(slider.value);
    show();
    clearTimeout(rest);
    if (live) rest = setTimeout(() => stage.ask("knob", { name: "alike", value: similarities[similarity] }), RESTS);
  };

  const row = element("div", "rules");
  body.append(row, ...(live ? [tools] : []));
  const cards = panel.rules.map((rule) => {
    const card = element("section", "rule");
    const head = element("h4", "", rule.name);
    inked(head, rule.color);
    card.append(head, element("p", "rule-words", rule.words));
    const formula = element("p", "rule-formula");
    for (const line of rule.equations) formula.append(math(line));
    formula.append(element("small", "", rule.letters));
    const doing = element("p", "rule-doing");
    card.append(doing);
    const place = { network: rule.cell };
    const table = drawTable({ rows: size, columns: length, range: panel.range, words: { ...words, letter: rule.letter }, labels: signs, names: ["", ...keys] }, stage, place);
    card.append(table.node);
    const said = element("div", "found");
    const lines = keys.map((key, k) => {
      const line = element("p");
      const [name, text, error] = [element("b", "", key), element("span"), element("small")];
      const far = element("b", "far");
      error.append(`${words.error} `, far);
      line.append(name, text, error);
      said.append(line);
      return { k, line, text, error, far };
    });
    card.append(said, formula);
    row.append(card);
    return { rule, table, lines, place, doing };
  });

  const amountOf = ({ part, name }) => (Math.abs(Math.abs(part) - 1) < ONE ? name : `${Math.abs(part).toFixed(2)} × ${name}`);
  /** The values that are there at all, and the largest of them in the order of the rows. */
  function largest(numbers) {
    const all = [...numbers].map((part, k) => ({ part, name: signs[k] })).filter(({ part }) => Math.abs(part) >= ONE);
    const least = all.map(({ part }) => Math.abs(part)).sort((a, b) => b - a)[MOST - 1] ?? 0;
    return { all, parts: all.filter(({ part }) => Math.abs(part) >= least).slice(0, MOST) };
  }

  /** A value, or several at once, in words, as rnnviz/app/panels/matrix_claims.py says it. */
  function mix(numbers) {
    const { all, parts } = largest(numbers);
    const [one, other] = parts.map((each) => (each.part < 0 ? "−" : "") + amountOf(each));
    if (!one) return words.nothing;
    return other ? words.two.replace("{one}", one).replace("{other}", other + (parts.length < all.length ? words.more : "")) : one;
  }

  /** What a step takes out of the table and puts into it, in words. */
  function changes(added) {
    const parts = largest(added).parts.sort((a, b) => a.part - b.part);
    const said = parts.map((each) => {
      const kind = each.part < 0 ? "takes" : "puts";
      return element("span", kind, words[kind].replace("{value}", amountOf(each)));
    });
    return said.length ? said : [words.leaves];
  }

  function show() {
    const { step } = stage.now;
    const { key, value } = operations[step];
    const own = keys.indexOf(key);
    const slice = (name, wide, at = similarity * count + step) => stage.whole(name).subarray(at * wide, (at + 1) * wide);
    const vector = slice("keys", length, similarity * keys.length + own);
    const wanted = slice("wanted", keys.length * size, step);
    chips.forEach((chip, k) => {
      chip.classList.toggle("now", k === step);
      chip.classList.toggle("later", k > step);
      chip.setAttribute("aria-pressed", String(k === step));
    });
    for (const [kind, options] of Object.entries(chosen)) {
      for (const { name, node } of options) node.setAttribute("aria-pressed", String(name === operations[step][kind]));
    }
    paint(reading, similarities[similarity].toFixed(2), similarities[similarity], { signal: "similarity" });
    slider.setAttribute("aria-valuetext", similarities[similarity].toFixed(2));
    for (const { rule, table, lines, place, doing } of cards) {
      const found = slice(`${rule.cell}:found`, keys.length * size);
      const errors = slice(`${rule.cell}:error`, keys.length);
      const of = (all, k) => all.subarray(k * size, (k + 1) * size);
      write(table.heads.key, words.of_key.replace("{key}", key));
      write(table.heads.read, words.reads.replace("{key}", key));
      const added = slice(`${rule.cell}:added`, size);
      doing.replaceChildren(...changes(added));
      table.draw({
        key: vector,
        added,
        table: slice(`${rule.cell}:table`, size * length),
        read: of(found, own),
        wanted: of(wanted, own),
      });
      for (const { k, line, text, error, far } of lines) {
        const there = Number.isFinite(errors[k]);
        line.classList.toggle("own", k === own);
        line.classList.toggle("wrong", errors[k] >= ONE);
        const told = words[errors[k] >= ONE ? "wrong" : "right"];
        write(text, there ? told.replace("{found}", mix(of(found, k))).replace("{wanted}", mix(of(wanted, k))) : words.never);
        error.hidden = !there;
        if (there) paint(far, errors[k].toFixed(2), errors[k], { ...place, signal: "error", output: k });
      }
    }
    return value;
  }

  return { draw: show, destroy: () => clearTimeout(rest) };
}
