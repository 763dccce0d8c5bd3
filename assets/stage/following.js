// How a stage follows the slider over training steps: it takes the board of the chosen snapshot (assets/stage/training.js)
// and lets every view draw its numbers. What is out of sight is drawn once the hand rests. The server is told last.
import { exchange } from "./exchanging.js";
import { boardAt, isThere, whenBoardsCome } from "./training.js";

const RESTS = 800; // ms after the last key until the server is told, for the title and the address
const LATER = 150; // and until what is out of sight is drawn
const AROUND = "200px"; // of the screen, within which a view counts as in sight

export function follow(stage) {
  const { of } = stage.header.training;
  let served = stage.header.training.at; // the snapshot that the server's page is about
  let shown = served; // and the one whose board is on the stage
  let board = null;
  let asking = null;
  let waiting = null;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) stage.places.find(({ box }) => box === target).unseen = !isIntersecting;
      if (stage.places.some(({ behind, unseen }) => behind && !unseen)) catchUp();
    },
    { rootMargin: AROUND },
  );
  for (const { box } of stage.places) observer.observe(box);
  const leave = whenBoardsCome(of, () => stage.now.snapshot !== shown && stage.draw());

  /** Draw the board of another snapshot, if it is there; true if that was done. */
  function turn(now, before) {
    if (now.snapshot === shown) return false;
    const next = boardAt(of, now.snapshot);
    if (!next) return false;
    board = next;
    shown = now.snapshot;
    stage.arrays = next.arrays;
    const { arrays, settings, glossary, tokens } = next.header;
    Object.assign(stage.header, { arrays, settings, glossary });
    tokens.forEach((token, t) => (stage.header.tokens[t] = token)); // in place, for who holds them: a page may write its own
    for (const place of stage.places) {
      place.behind = Boolean(place.unseen);
      if (!place.behind) renew(place, now, before);
    }
    clearTimeout(waiting);
    waiting = setTimeout(catchUp, LATER);
    return true;
  }

  /** What was out of sight, one view in each frame; what has come into sight first. */
  function catchUp() {
    clearTimeout(waiting);
    const behind = stage.places.filter((place) => place.behind);
    const place = behind.find(({ unseen }) => !unseen) ?? behind[0];
    if (!place) return;
    place.behind = false;
    renew(place, stage.now, {});
    waiting = setTimeout(() => requestAnimationFrame(catchUp));
  }

  function renew(place, now, before) {
    const panel = board.header.rows.flat()[stage.places.indexOf(place)];
    stage.attempt(place.body, () => {
      exchange(stage, place, panel);
      place.view?.draw(now, { ...before, snapshot: null });
    });
  }

  function ask() {
    asking = null;
    const { snapshot } = stage.now;
    if (snapshot === served) return;
    const turned = { name: "update", value: stage.header.training.updates[snapshot] };
    if (snapshot === shown) stage.tell("knob", turned);
    else stage.ask("knob", turned, {});
  }

  return {
    turn,
    get shown() {
      return shown;
    },
    /** A hand is on the slider, or it plays: the server is not to be told. */
    hold() {
      clearTimeout(asking);
      asking = true;
    },
    /** The slider was let go; told is what it shows after a moment. */
    rest() {
      clearTimeout(asking);
      asking = setTimeout(ask, RESTS);
    },
    /** Whether a new board from the server is one that the stage has already: then it only turns to it. */
    accepts(header) {
      const { training } = header;
      if (training?.of !== of || !isThere(of, training.at)) return false;
      served = training.at;
      Object.assign(stage.header, { id: header.id, training });
      if (asking === null) stage.select({ snapshot: served });
      return true;
    },
    destroy() {
      clearTimeout(asking);
      clearTimeout(waiting);
      observer.disconnect();
      leave();
    },
  };
}
