// The chosen unit, by number: minus, field, plus.
import { element } from "./dom.js";

export function unitChooser(stage) {
  const { strings } = stage;
  const node = element("div", "unit-chooser");
  const button = (text, label, by) => {
    const node = element("button", "", text);
    node.type = "button";
    node.setAttribute("aria-label", label);
    node.onclick = () => stage.select({ unit: stage.now.unit + by });
    return node;
  };
  const field = element("input");
  Object.assign(field, { type: "number", min: 0, max: stage.header.units - 1, step: 1 });
  field.setAttribute("aria-label", strings.unit);
  field.onchange = () => {
    if (field.value !== "") stage.select({ unit: Number(field.value) });
    field.value = stage.now.unit;
  };
  const of = element("span", "", `(0–${stage.header.units - 1})`);
  node.append(element("span", "", strings.unit), button("−", strings.unit_before, -1), field);
  node.append(button("+", strings.unit_after, 1), of);
  return {
    node,
    draw(unit) {
      if (document.activeElement !== field || Number(field.value) !== unit) field.value = unit;
    },
  };
}
