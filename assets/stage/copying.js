// A button that copies an address, the page's own unless given. Where the clipboard is out of reach, the address is there to be copied by hand.
import { element, svg } from "./dom.js";

const SHEETS = "M5 5V2h8v8h-3M2 5h8v8H2z";
const DONE = "M2 8l4 4 7-9";

export function copyButton(stage, said, address = () => location.href) {
  const { strings } = stage;
  const node = element("span", "stage-copy");
  const button = element("button");
  button.type = "button";
  button.title = strings.copy;
  button.setAttribute("aria-label", strings.copy);
  const sign = svg("svg", { viewBox: "0 0 15 15", "aria-hidden": "true" });
  const mark = svg("path", { d: SHEETS });
  sign.append(mark);
  button.append(sign, element("span", "stage-copy-words", ` ${strings.copy}`));

  async function copy() {
    stage.address.now();
    node.querySelector("input")?.remove();
    try {
      await navigator.clipboard.writeText(address());
      said.textContent = strings.copied;
      mark.setAttribute("d", DONE);
      setTimeout(() => mark.setAttribute("d", SHEETS), 2000);
    } catch {
      offer();
    }
  }

  function offer() {
    const field = element("input", "stage-link");
    Object.assign(field, { type: "text", readOnly: true, value: address() });
    field.setAttribute("aria-label", strings.copy_by_hand);
    field.onblur = () => field.remove();
    node.append(field);
    field.focus();
    field.select();
    said.textContent = strings.copy_by_hand;
  }

  button.onclick = copy;
  node.append(button);
  return node;
}
