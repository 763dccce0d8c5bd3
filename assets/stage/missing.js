// In the place of a view that does not apply: the sentence that says why.
import { element } from "./dom.js";

export function createMissing(body, panel) {
  body.append(element("p", "stage-missing", panel.text));
  return { draw() {} };
}
