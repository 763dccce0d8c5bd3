// A row of bits: at each 1 a number that begins as 1 is multiplied by the eigenvalue, at each 0 it stays. Is its sign
// that of an odd number of ones?
import { element, mark, svg, write } from "../dom.js";
import { power, real } from "./number.js";

const TALL = 22; // of a bar, up or down
const ZERO = 1e-9; // a number whose sign is rounding

export function createCounting(body, { bits, words }) {
  const box = element("div", "counting");
  const text = element("div", "counting-text");
  const verdict = element("b");
  const why = element("p");
  const [none, network] = [element("p"), element("p", "", words.why_not)];
  text.append(verdict, none, why, network);
  const row = element("div", "counting-row");
  box.append(text, row);
  body.append(box);
  let ones = 0;
  const columns = bits.map((bit, step) => {
    ones += bit;
    const column = element("div", `counting-column ${bit ? "one" : ""}`);
    const sheet = svg("svg", { viewBox: `0 ${-TALL - 2} 24 ${2 * TALL + 4}`, class: "counting-bar" });
    const bar = svg("rect", { x: 5, width: 14, rx: 2 });
    sheet.append(svg("path", { d: "M0,0H24", class: "axis" }), bar);
    const answer = element("span", "counting-answer");
    column.append(element("span", "counting-bit", String(bit)), sheet, answer);
    row.append(column);
    return { column, bar, answer, ones, step };
  });

  return {
    draw(number) {
      let [right, zeros] = [0, 0];
      for (const { column, bar, answer, ones, step } of columns) {
        const value = real(power(number, ones));
        const tall = TALL * Math.min(1, Math.abs(value));
        bar.setAttribute("y", value > 0 ? -tall : 0);
        const undecided = Math.abs(value) < ZERO;
        bar.setAttribute("height", undecided ? 0 : Math.max(1, tall));
        bar.classList.toggle("minus", value < 0);
        mark(bar, value, { signal: "counted", step });
        const fits = value < 0 === (ones % 2 === 1) && !undecided;
        right += fits;
        zeros += undecided;
        column.classList.toggle("wrong", !fits && !undecided);
        write(answer, undecided ? "–" : fits ? "✓" : "✗");
      }
      write(verdict, words.right.replace("{right}", right).replace("{count}", columns.length));
      const every = 360 / Math.abs(number.angle);
      const modulo = Math.abs(every - Math.round(every)) < 1e-9;
      const told = number.angle === 180 ? words.flip_counts : number.angle === 0 ? words.never : modulo ? words.modulo : words.drifts;
      write(why, told.replaceAll("{steps}", Math.round(every)) + (number.size < 1 && number.size > 0 && number.angle ? ` ${words.fades}` : ""));
      write(none, zeros ? words.zeros.replace("{zeros}", zeros) : "");
    },
  };
}
