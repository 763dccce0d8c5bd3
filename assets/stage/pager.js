// A board of scenes: one row is seen at a time. Next, Back, a dot for each, the arrow keys; the scene is in the address.
import { element } from "./dom.js";

const CHOOSERS = "input, textarea, select, [contenteditable], [role=radiogroup], [role=slider], [role=listbox], [role=combobox]";
const LEAST = 400; // pixels of a scene, however low the window

export function createPager(stage) {
  const { strings, rows } = stage.header;
  const node = element("nav", "stage-pager");
  node.setAttribute("aria-label", strings.scenes);
  const back = turn("pager-back", `← ${strings.back}`, -1);
  const next = turn("pager-next", `${strings.next} →`, 1);
  const dots = element("div", "pager-dots");
  const buttons = rows.map(([panel], k) => {
    const dot = turn("pager-dot", "", 0);
    dot.onclick = () => go(k);
    dot.title = panel.title;
    dot.setAttribute("aria-label", `${count(k)}: ${panel.title}`);
    return dot;
  });
  dots.append(...buttons);
  const deeper = element("a", "pager-deeper inside");
  const said = element("p", "unseen stage-said");
  said.setAttribute("role", "status");
  node.append(back, dots, ...(stage.header.offline ? [] : [deeper]), next, said);

  function turn(className, text, by) {
    const button = element("button", className, text);
    button.type = "button";
    button.onclick = () => go(stage.now.scene + by);
    return button;
  }

  function count(k) {
    return strings.scene.replace("{k}", k + 1).replace("{count}", rows.length);
  }

  const go = (scene) => stage.select({ scene });
  const moves = {
    ArrowRight: () => go(stage.now.scene + 1),
    ArrowLeft: () => go(stage.now.scene - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
  };
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (!(event.key in moves) || event.target.closest?.(CHOOSERS)) return;
    event.preventDefault();
    moves[event.key]();
  }
  document.addEventListener("keydown", onKey);

  /** A scene takes what the window leaves below the page's claim. */
  function fit() {
    const root = node.parentElement;
    if (!root?.offsetParent) return;
    const main = document.querySelector("[data-testid=stMain]");
    const above = root.getBoundingClientRect().top + (main?.scrollTop ?? 0);
    const room = innerHeight - above - node.offsetHeight - 14;
    root.style.setProperty("--room", `${Math.max(LEAST, Math.floor(room))}px`);
  }
  const observer = new ResizeObserver(fit);
  addEventListener("resize", fit);

  return {
    node,
    draw({ scene }) {
      if (!observer.started) [node.parentElement, node].forEach((each) => observer.observe(each));
      observer.started = true;
      const [panel] = rows[scene];
      stage.host.querySelectorAll(".stage-frame").forEach((frame, k) => (frame.hidden = k !== scene));
      buttons.forEach((dot, k) => {
        if (k === scene) dot.setAttribute("aria-current", "step");
        else dot.removeAttribute("aria-current");
      });
      back.disabled = scene === 0;
      next.disabled = scene === rows.length - 1;
      deeper.textContent = `${panel.deeper.text} ↗`;
      const spoken = new URLSearchParams(location.search).get("lang");
      deeper.href = panel.deeper.href + (spoken ? `${panel.deeper.href.includes("?") ? "&" : "?"}lang=${encodeURIComponent(spoken)}` : "");
      const words = `${count(scene)}: ${panel.title}`;
      if (said.textContent !== words && said.dataset.shown) said.textContent = words; // what the page opens with is no news
      said.dataset.shown = "true";
      fit();
    },
    destroy() {
      observer.disconnect();
      removeEventListener("resize", fit);
      document.removeEventListener("keydown", onKey);
    },
  };
}
