// One lesson of the list: what it is about, how far the visitor is, and the way in.
import { element } from "./dom.js";

export function createLesson(body, panel) {
  body.classList.add("lesson-card");
  const link = element("a", "scene-button primary inside", panel.open);
  link.href = panel.href;
  body.append(element("p", "lesson-about", panel.about), element("p", "scene-note", panel.progress), link);
  return { draw() {} };
}
