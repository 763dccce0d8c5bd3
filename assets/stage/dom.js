// Small makers of elements. Text always goes in as text, never as markup.

export function element(tag, className = "", text = null) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== null) node.textContent = text;
  return node;
}

export function svg(tag, attributes = {}, text = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== null) node.textContent = text;
  return node;
}

/** A token in its own direction, so that right-to-left words do not turn their surroundings. */
export function token(text, known = true, className = "") {
  const node = element("bdi", `stage-token ${className}`, text);
  if (!known) node.classList.add("unknown");
  return node;
}

const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].entries()) };

/** Ten to a whole power, as it is written: "10⁻⁷". */
export const ten = (power) => `10${[...String(power)].map((sign) => RAISED[sign]).join("")}`;

/** What ``toExponential`` writes, as people write it: "1.5×10⁻⁷". */
function scientific(exponential) {
  const [figure, power] = exponential.split("e");
  return `${figure}×${ten(Number(power))}`;
}

/** Fixed width for numbers that change while one watches: a real minus, a figure space for plus and for what rounds to 0. */
export function number(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+∞" : "−∞";
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e4 || size < 5e-4) ? scientific(size.toExponential(Math.max(1, digits - 2))) : size.toFixed(digits);
  return (value < 0 && /[1-9]/.test(text) ? "−" : "\u2007") + text;
}

/** At least so many significant digits: for numbers whose sizes differ by powers of ten. */
export function precise(value, digits = 3) {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return number(value);
  const long = size >= 1e6 || size < 1e-3;
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const text = size && long ? scientific(size.toExponential(digits - 1)) : size ? size.toFixed(decimals) : "0";
  return (value < 0 ? "−" : "\u2007") + text;
}

/** 10 to the power of a number, however far beyond the range of numbers that is, in two digits. */
export function power(exponent) {
  if (!Number.isFinite(exponent)) return number(exponent);
  if (exponent >= -2 && exponent < 3) return (10 ** exponent).toPrecision(2);
  const whole = Math.floor(exponent);
  return `${(10 ** (exponent - whole)).toFixed(1)}×${ten(whole)}`;
}

export const whole = (value) => (Number.isFinite(value) ? value.toFixed(0) : "–");

/** A share; with ``digits`` after the point, of those that are told apart by them. */
export function percent(value, digits = 0) {
  if (!Number.isFinite(value)) return "–";
  const share = value * 100;
  if (digits) return `${share.toFixed(digits)}%`;
  return share > 99.5 && share < 100 ? "> 99%" : share < 0.5 && share > 0 ? "< 1%" : `${share.toFixed(0)}%`;
}

/** How many digits after the point tell the largest share from the next: where both are written alike, none leads. */
export function digitsApart(shares) {
  const [most, next] = [...shares].sort((a, b) => b - a);
  const alike = (digits) => next !== undefined && percent(most, digits) === percent(next, digits);
  return most > 0.99 ? 0 : ([0, 1, 2].find((digits) => !alike(digits)) ?? 3);
}

/** An element's text in a colour of the palette, drawn towards the text's own until it can be read on any theme. */
export function inked(node, color) {
  node.classList.add("inked");
  node.style.setProperty("--ink", color);
}

/** MathML that Python made from a cell's own table of equations. */
export function math(markup) {
  const box = element("span", "stage-math");
  box.append(...new DOMParser().parseFromString(markup, "text/html").body.childNodes);
  return box;
}

/** A canvas of width x height CSS pixels, sharp on any screen. ``options``: as ``getContext`` takes them. */
export function canvas(width, height, options) {
  const node = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  node.width = Math.round(width * ratio);
  node.height = Math.round(height * ratio);
  node.style.width = `${width}px`;
  node.style.height = `${height}px`;
  node.setAttribute("aria-hidden", "true"); // its panel has a sentence for what is drawn here
  const context = node.getContext("2d", options);
  context.scale(ratio, ratio);
  return { node, context };
}

/** Write a text that may be there already: what does not change costs nothing. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Paint a number: the text that a visitor reads, and beside it the number itself, so that it can be checked. ``place``
 * says which number it is: ``signal``, its name in the trace ("f", "previous:h", "f:0" for a summand); ``unit`` where it
 * is one unit's, ``output`` where it is one answer's; ``step`` where it is not the cursor's; ``network``, ``layer``,
 * ``direction`` where there are several. What does not change costs nothing.
 */
export function paint(node, text, value, place) {
  write(node, text);
  mark(node, value, place);
}

/** As ``paint``, for a number that is drawn, as the length of a bar is, or written elsewhere. */
export function mark(node, value, place) {
  for (const name in place) {
    const now = place[name];
    if (now !== undefined && node.dataset[name] !== String(now)) node.dataset[name] = now;
  }
  const exact = value.toPrecision(9);
  if (node.dataset.value !== exact) node.dataset.value = exact;
}
