// Terms of art: a dotted underline, and beside the term that is pointed at, focused or tapped one sentence and a picture.
// Python says where in a text a term stands (rnnviz/app/glossary).
import { element } from "./dom.js";

const GAP = 8; // pixels between a term and what is said of it, and from there to the window's edge
const LEAVING = 200; // ms in which a pointer may go from the term to what is said of it
let count = 0;

/**
 * A text of a panel in ``node``, with its terms marked, and what describes them, to stand behind it. In ``panel.terms``
 * the text is in pieces, [text] or [text, term]; ``glossary``: { term: { meaning, picture } }.
 */
export function termed(node, panel, name, glossary) {
  const meanings = [];
  for (const [text, term] of panel.terms?.[name] ?? [[panel[name]]]) {
    const part = term ? element("dfn", "", text) : text;
    if (term) meanings.push(explain(part, glossary[term]));
    node.append(part);
  }
  return [node, ...meanings];
}

/** Make an element one that is explained, by a hidden element that belongs into the document as well. */
export function explain(node, { meaning, picture }) {
  const described = element("span", "", meaning);
  described.hidden = true;
  described.id = `term-${++count}`;
  described.dataset.picture = picture;
  node.classList.add("glossary-term");
  node.tabIndex = 0;
  node.setAttribute("aria-describedby", described.id);
  return described;
}

let card = null;
let shown = null;
let leaving = null;

function show(term) {
  clearTimeout(leaving);
  const described = document.getElementById(term.getAttribute("aria-describedby"));
  if (term === shown || !described) return;
  hide();
  shown = term;
  // Who hears the page is told by aria-describedby: the card is for who sees it.
  card ??= document.body.appendChild(Object.assign(element("div", "term-card"), { popover: "manual", ariaHidden: "true" }));
  card.lang = document.documentElement.lang;
  const picture = Object.assign(element("img"), { src: described.dataset.picture, alt: "" });
  card.replaceChildren(picture, element("span", "", described.textContent));
  const page = getComputedStyle(document.querySelector(".stApp"));
  Object.assign(card.style, { background: page.backgroundColor, color: page.color, fontFamily: page.fontFamily });
  card.showPopover();
  const [at, own] = [term.getClientRects()[0], card.getBoundingClientRect()];
  const left = Math.min(Math.max(GAP, at.left), innerWidth - own.width - GAP);
  const below = at.bottom + GAP + own.height < innerHeight;
  card.style.left = `${left}px`;
  card.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - own.height)}px`;
}

function hide() {
  clearTimeout(leaving);
  shown = null;
  card?.hidePopover();
}

const termOf = (event) => event.target.closest?.(".glossary-term");

/** Once per document: every term that there will be is heard of here. */
export function listenToTerms() {
  if (listenToTerms.done) return;
  listenToTerms.done = true;
  const leave = () => (leaving = setTimeout(() => document.activeElement !== shown && hide(), LEAVING));
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const term = termOf(event);
    if (term) show(term);
    else if (event.target.closest?.(".term-card")) clearTimeout(leaving);
    else if (shown) leave();
  });
  document.addEventListener("focusin", (event) => (termOf(event) ? show(termOf(event)) : hide()));
  document.addEventListener("focusout", (event) => termOf(event) && hide());
  document.addEventListener("click", (event) => {
    if (termOf(event)) show(termOf(event));
    else if (!event.target.closest?.(".term-card")) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    event.stopPropagation();
    hide();
  }, true);
  document.addEventListener("scroll", () => shown && hide(), { capture: true, passive: true });
}
