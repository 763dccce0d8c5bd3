// What comes next in a string: the string so far, the share of each symbol with what may come, and the grammar's graph.
import { element, write } from "./dom.js";
import { createProbabilities } from "./probabilities.js";

const MOST = 5; // letters of a string that are shown
const SECOND = 1; // the place in a string of the letter that comes back as the second-to-last one

export function createNextSymbol(body, panel, stage) {
  const read = element("p", "next-string");
  const said = element("p", "next-said");
  const bars = element("div", "next-bars");
  body.append(read, said, bars);
  const shares = createProbabilities(bars, panel, stage);
  const rows = [...bars.querySelectorAll(".probability")];
  const graph = element("img", "next-graph");
  graph.src = panel.graph;
  graph.alt = "";
  body.append(element("p", "next-said", panel.strings.graph), graph);

  return {
    draw(now, before) {
      shares.draw(now, before);
      const { step } = now;
      const from = panel.begins[step];
      const asked = panel.remembered[step];
      const letters = panel.came.slice(from, step + 1).map((symbol, k) => element("i", asked && k === SECOND ? "asked" : "", symbol));
      if (letters.length > MOST) letters.splice(SECOND + 1, letters.length - MOST, element("b", "", "…")); // they stand on one line
      read.replaceChildren(...letters, element("b", "", "→ ?"));
      const open = panel.mayCome[step].filter(Boolean).length > 1;
      write(said, asked ? panel.strings.asked.replace("{symbol}", panel.came[step + 1]) : open ? panel.strings.either : panel.strings.sure);
      rows.forEach((row, k) => {
        row.classList.toggle("may-come", panel.mayCome[step][k]);
        row.classList.toggle("is-asked", asked && panel.mayCome[step][k]);
      });
    },
  };
}
