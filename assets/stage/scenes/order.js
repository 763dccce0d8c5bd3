// Scene 3: two sentences with one name in two roles. Above each word what a recurrent network says of it, below it what
// can be said of the word alone; shuffled, only the first changes.
import { element, inked, paint, percent, token } from "../dom.js";
import { button, isCalm } from "./sheet.js";

const TIE = 0.005; // shares that read the same

export function createOrder(body, panel, stage) {
  const { words } = panel;
  let order = 0; // of the panel's orders, the first being the right one
  body.classList.add("order");
  const bar = element("div", "scene-bar");
  const shuffle = button(`⤮ ${words.shuffle}`, () => turn(1 + (order % (panel.orders - 1))));
  const back = button(`↺ ${words.restore}`, () => turn(0));
  bar.append(shuffle, back, legend());
  const rows = panel.sentences.map(createRow);
  const said = element("p", "order-said");
  said.setAttribute("role", "status");
  body.append(bar, ...rows.map(({ node }) => node), said);

  function legend() {
    const node = element("span", "order-legend");
    panel.classes.forEach((name, k) => {
      const item = element("span", "", name);
      item.style.setProperty("--label", panel.colors[k]);
      if (k) node.append(item);
    });
    return node;
  }

  function createRow(sentence) {
    const node = element("div", "order-row");
    const names = element("div", "order-names");
    names.append(element("span", "", words.network), element("b", "", ""), element("span", "", words.alone));
    const line = element("ol", "order-words");
    const chips = sentence.tokens.map((word, k) => {
      const chip = element("li", "order-chip");
      const above = element("span", "order-label above");
      const below = element("span", "order-label below");
      below.append(...labelOf(stage.at(sentence.alone, k), { signal: "alone", step: k, network: sentence.name }));
      tint(below, stage.at(sentence.alone, k));
      const name = token(word, true, "order-word");
      chip.append(above, name, below);
      return { chip, above };
    });
    line.append(...chips.map(({ chip }) => chip));
    node.append(names, line);
    return { node, line, chips, sentence };
  }

  /** What is said of a word: the leading answers, more than one where they are equal. */
  function labelOf(shares, place) {
    const most = Math.max(...shares);
    const leading = [...shares.keys()].filter((k) => most - shares[k] < TIE);
    if (leading.length === 1 && leading[0] === 0) return [element("span", "unseen", panel.classes[0]), "–"];
    const share = element("small");
    paint(share, percent(most), most, { ...place, output: leading[0] });
    return [leading.map((k) => panel.classes[k]).join(words.or), " ", share];
  }

  function tint(node, shares) {
    const top = shares.indexOf(Math.max(...shares));
    const tied = shares.filter((share) => Math.max(...shares) - share < TIE).length > 1;
    node.classList.toggle("quiet", top === 0);
    node.classList.toggle("tied", tied);
    node.style.setProperty("--label", panel.colors[top]);
    inked(node, panel.colors[top]);
  }

  function turn(to) {
    const places = rows.map(({ chips }) => chips.map(({ chip }) => chip.getBoundingClientRect()));
    order = to;
    show();
    if (isCalm()) return;
    rows.forEach(({ chips }, row) =>
      chips.forEach(({ chip }, k) => {
        const [from, now] = [places[row][k], chip.getBoundingClientRect()];
        const moved = `translate(${from.left - now.left}px, ${from.top - now.top}px)`;
        chip.animate([{ transform: moved }, { transform: "none" }], { duration: 650, easing: "cubic-bezier(.3,.8,.3,1)" });
      }),
    );
  }

  function show() {
    let changed = 0;
    let count = 0;
    for (const { line, chips, sentence } of rows) {
      const places = stage.at(sentence.places, order); // which word stands at each place
      places.forEach((k, at) => {
        const { chip, above } = chips[k];
        line.append(chip);
        const shares = sharesOf(sentence, order, at);
        const right = sharesOf(sentence, 0, k);
        const differs = shares.indexOf(Math.max(...shares)) !== right.indexOf(Math.max(...right));
        above.replaceChildren(...labelOf(shares, { signal: "p", step: at, order, network: sentence.name }));
        tint(above, shares);
        chip.classList.toggle("differs", differs);
        changed += differs;
        count += 1;
      });
    }
    back.disabled = order === 0;
    const text = order ? words.changed : words.unchanged;
    said.textContent = text.replace("{changed}", changed).replace("{count}", count);
  }

  function sharesOf(sentence, of, at) {
    const classes = panel.classes.length;
    const all = stage.at(sentence.p, of);
    return all.subarray(at * classes, (at + 1) * classes);
  }

  show();
  return { draw() {} };
}
