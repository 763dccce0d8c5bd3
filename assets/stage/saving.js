// A button on the stage for what Streamlit draws at the end of its sidebar: the page as one file.
import { element, svg } from "./dom.js";

const ARROW = "M7.5 2v8M4 7l3.5 3.5L11 7M2.5 13h10";

export function saveButton({ strings }) {
  const node = element("span", "stage-save");
  const button = element("button");
  button.type = "button";
  button.title = strings.save;
  button.setAttribute("aria-label", strings.save);
  const sign = svg("svg", { viewBox: "0 0 15 15", "aria-hidden": "true" });
  sign.append(svg("path", { d: ARROW }));
  button.append(sign);
  button.onclick = () => document.querySelector(".st-key-button-save button")?.click();
  node.append(button);
  return node;
}
