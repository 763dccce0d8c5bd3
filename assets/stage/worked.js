// Short equations with the numbers of the chosen unit at the cursor, a number under each symbol; and the numbers of the
// page's own title that follow the same cursor.
import { element, math, number, paint, percent, write } from "./dom.js";
import { paintUnit, placeOf } from "./shapes.js";

export function createWorked(lines, stage) {
  const node = element("div", "worked");
  const drawn = [];
  for (const line of lines) {
    const row = element("div", "worked-line");
    for (const part of line) {
      if (typeof part === "string") {
        row.append(element("span", "worked-sign", part));
        continue;
      }
      const box = element("span", `worked-part${part.told ? " told" : ""}`);
      const name = element("span", "worked-symbol");
      name.append(math(part.symbol));
      if (part.word) name.append(element("small", "", part.word));
      const value = element("span", "worked-value");
      box.append(name);
      if (part.array) {
        box.append(value);
        drawn.push({ ...part, ...places(value, part) });
      } else box.classList.add("bare");
      row.append(box);
    }
    node.append(row);
  }
  return {
    node,
    draw(unit) {
      for (const part of drawn) {
        if (part.degrees) {
          write(part.least, FORMS.angle(stage.at(part.array)[unit]));
          continue;
        }
        paintUnit(part.least, stage.at(part.array), unit, part, { signal: part.array, unit: placeOf(part, unit) });
        if (!part.upto) continue;
        const most = stage.at(part.upto)[unit];
        paint(part.most, number(most).trim(), most, { signal: part.upto, unit });
      }
    },
  };
}

/** Where a number goes, or the least and the largest of several. */
function places(value, { upto }) {
  if (!upto) return { least: value };
  const [least, most] = [element("span"), element("span")];
  value.append(least, " … ", most);
  return { least, most };
}

const FORMS = { percent, angle: (value) => `${Math.round(value)}°`.replace("-", "−"), unit: String };

/** Write the numbers of the title that are told of the cursor's step and the chosen unit. ``told``: by the name that the
 * title gives each, its form and array. */
export function tellTitle(told, stage, unit) {
  for (const place of document.querySelectorAll(".claim h1 [data-told]")) {
    const { form, array } = told[place.dataset.told] ?? {};
    if (!form) continue;
    const values = array ? stage.at(array) : [];
    write(place, FORMS[form](array ? values[values.length > 1 ? unit : 0] : unit));
  }
}
