// The chosen unit, by number: minus, field, plus.
import { element } from "./dom.js";

export function unitChooser(stage) {
  const { strings } = stage;
  const node = element("div", "unit-chooser");
  const button = (text, label, by) => {
    const made = element("button", "", text);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.onclick = () => stage.select({ unit: stage.unit + by });
    return made;
  };
  const field = element("input");
  Object.assign(field, { type: "number", min: 0, max: stage.header.units - 1, step: 1 });
  field.setAttribute("aria-label", strings.unit);
  field.onchange = () => {
    if (field.value !== "") stage.select({ unit: Number(field.value) });
    field.value = stage.unit;
  };
  const of = element("span", "", strings.of_units.replace("{units}", stage.header.units));
  node.append(element("span", "", strings.unit), button("−", strings.unit_before, -1), field);
  node.append(button("+", strings.unit_after, 1), of);
  return {
    node,
    draw() {
      if (document.activeElement !== field) field.value = stage.unit;
      else if (Number(field.value) !== stage.unit) field.value = stage.unit;
    },
  };
}
