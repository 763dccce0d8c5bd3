// What several networks answer at the cursor, and what each has read by then: a strip of the sequence for each, with
// what it has not read yet drawn faintly, and under it a bar for every possible answer.
import { createProbabilities, leading } from "./probabilities.js";
import { element, token } from "./dom.js";

const FEW = 16; // steps up to which the strip has as many lines as it needs

export function createCandidates(body, panel, stage) {
  const rows = panel.rows.map((row) => createRow(body, panel, row, stage));
  return { draw: (now, before) => rows.forEach((row) => row.draw(now, before)), destroy: () => rows.forEach((row) => row.destroy()) };
}

function createRow(body, panel, row, stage) {
  const { header } = stage;
  const box = element("div", "candidates-row");
  const name = element("b", "", row.name);
  const read = element("small");
  const later = element("small", "candidates-later", panel.strings.later);
  const head = element("p", "candidates-head");
  head.append(name, read, later);
  const strip = element("div", `candidates-strip${stage.steps <= FEW ? " wraps" : ""}`);
  const words = header.tokens.map((text, t) => {
    const word = element("span", "candidates-word");
    word.append(token(text, header.known[t]));
    word.onclick = () => stage.select({ step: t });
    strip.append(word);
    return word;
  });
  const bars = element("div", "candidates-bars");
  box.append(head, strip, bars);
  body.append(box);
  const { draw: drawBars } = createProbabilities(bars, { ...panel, ...row }, stage);
  const names = [...bars.querySelectorAll(".name")];
  names.forEach((node, k) => node.parentElement.style.setProperty("--cell", panel.colors[k]));

  /** A word that has a label is underlined in its colour; with a rule, each is marked as right or wrong. */
  function fill() {
    words.forEach((word, t) => {
      const shares = stage.at(row.array, t);
      const answer = leading(shares);
      word.style.setProperty("--label", answer < 0 || answer === panel.quiet ? "var(--line)" : panel.colors[answer]);
      const top = shares.indexOf(Math.max(...shares));
      const right = panel.solution?.[t] ?? -1;
      word.classList.toggle("is-right", right >= 0 && right === top);
      word.classList.toggle("is-wrong", right >= 0 && right !== top);
    });
  }

  let room = 0;
  let middles = [];
  const observer = new ResizeObserver(() => {
    room = strip.clientWidth;
    middles = words.map((node) => node.offsetLeft - strip.offsetLeft + node.offsetWidth / 2);
    strip.classList.toggle("more", strip.scrollWidth > room + 4);
    reveal(stage.now.step);
  });
  observer.observe(strip);
  /** Keep the current word in sight, without moving the page around it. */
  function reveal(step) {
    if (strip.scrollWidth > room) strip.scrollLeft = middles[step] - room / 2;
  }

  return {
    draw({ step, snapshot }, before) {
      if (snapshot !== before.snapshot) fill();
      drawBars();
      const count = row.sees_all ? stage.steps : step + 1;
      read.textContent = panel.strings.read.replace("{t}", count).replace("{steps}", stage.steps);
      later.hidden = count === stage.steps;
      words.forEach((word, t) => {
        word.classList.toggle("reason", Boolean(row.sees_all && panel.reason) && step === panel.reason[0] && t === panel.reason[1]);
        word.classList.toggle("now", t === step);
        word.classList.toggle("unread", t >= count);
      });
      names.forEach((node, k) => node.classList.toggle("right", panel.solution?.[step] === k));
      reveal(step);
    },
    destroy: () => observer.disconnect(),
  };
}
