// What a visitor takes out of one panel: its chart as a picture with its title, and the numbers that it draws as text that
// any spreadsheet reads. A view offers them as `image(format)`, the address of an image, `frame(step)`, that of one at any
// step, and `numbers()`, rows of cells; of a view that offers no numbers, those are the arrays that its panel reads.
import { element } from "./dom.js";
import { loopOf } from "./loop.js";

const MOST_LETTERS = 80; // of a file's name
const UNFIT = /[\\/:*?"<>|\s]+/g; // for the name of a file

export function addMenu({ panel, body, view }, stage) {
  if (!view || stage.header.paged) return;
  const numbers = view.numbers ?? (arraysOf(panel, stage).length ? () => numbersOf(panel, stage) : null);
  if (!numbers) return;
  const { strings } = stage;
  const menu = element("div", "panel-menu");
  menu.popover = "auto"; // Escape and a click elsewhere close it, and the focus goes back to the button
  menu.setAttribute("role", "group");
  menu.setAttribute("aria-label", strings.take);
  const button = element("button", "panel-more", "⋯");
  Object.assign(button, { type: "button", title: strings.take, popoverTargetElement: menu });
  button.setAttribute("aria-label", panel.title ? `${strings.take}${strings.colon}${panel.title}` : strings.take);
  menu.ontoggle = ({ newState }) => newState === "open" && place();
  for (const format of view.image ? ["svg", "png"] : []) menu.append(item(strings[format], () => view.image(format), format));
  if (view.frame) menu.append(item(strings.gif, animated, "gif"));
  menu.append(item(strings.csv, () => addressOf(numbers()), "csv"));
  body.previousElementSibling.append(button, menu);

  function item(text, make, ending) {
    const choice = element("button", "", text);
    choice.type = "button";
    choice.onclick = async () => {
      menu.hidePopover();
      const name = `rnnviz ${panel.title ?? panel.kind}`.replace(UNFIT, "-").slice(0, MOST_LETTERS);
      const href = await make();
      if (!href) return;
      Object.assign(element("a"), { href, download: `${name}.${ending}` }).click();
      URL.revokeObjectURL(href);
    };
    return choice;
  }

  /** While it is drawn, the button counts the pictures and stops it; so does a page that is left. */
  async function animated() {
    const label = button.getAttribute("aria-label");
    let stopped = false;
    button.popoverTargetElement = null;
    button.onclick = () => (stopped = true);
    const goOn = (done, all) => {
      button.textContent = `■ ${done} / ${all}`;
      button.setAttribute("aria-label", `${strings.stop}${strings.colon}${done} / ${all}`);
      return !stopped && body.isConnected;
    };
    button.title = strings.stop;
    button.classList.add("busy");
    try {
      return await loopOf(view, stage, goOn);
    } finally {
      button.classList.remove("busy");
      button.onclick = null;
      Object.assign(button, { textContent: "⋯", title: strings.take, popoverTargetElement: menu });
      button.setAttribute("aria-label", label);
    }
  }

  function place() {
    const { right, bottom } = button.getBoundingClientRect();
    menu.style.left = `${Math.max(8, right - menu.offsetWidth)}px`;
    menu.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
  }
}

/** Rows as comma separated values (RFC 4180). A spreadsheet takes a text that begins as a formula for one: it gets a quote
    before it. */
function addressOf(rows) {
  const cell = (value) => {
    if (typeof value === "number" || value === null || value === undefined) return String(value ?? "");
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
  return URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
}

/** Of a panel the arrays that go by steps: { name, array }, after what the panel calls them. */
function arraysOf(panel, { header, steps }) {
  const found = [];
  const look = (part) => {
    if (!part || typeof part !== "object") return;
    const { array, name } = part;
    const own = typeof array === "string" && header.arrays[array];
    if (own && own.size / (own.snapshots ?? 1) === own.width * steps) found.push({ name: name ?? array, array });
    for (const inner of Object.values(part)) look(inner);
  };
  look(panel);
  return steps ? found : [];
}

/** The numbers of a panel's arrays, one in each row. Steps are counted from one and units from zero, as on the page. */
function numbersOf(panel, stage) {
  const { tokens } = stage.header;
  const rows = arraysOf(panel, stage).flatMap(({ name, array }) =>
    Array.from({ length: stage.steps }, (_, t) => Array.from(stage.at(array, t), (value, k) => [name, stage.number(t), tokens[t], k, value])).flat(),
  );
  return [["name", "step", "word", "unit", "value"], ...rows];
}
