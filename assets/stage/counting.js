// What a step is called, and how long it is looked at when the stage, or a picture of it, goes on by itself.

const STEP_MS = 900; // one step at speed 1: long enough to follow the wires of the diagram
const WHOLE_MS = 8000; // and all of a long sequence: nobody waits longer for its end

export const pauseOf = ({ steps }) => Math.min(STEP_MS, WHOLE_MS / steps);

/** "step 3 of 5", or as the board counts: back from the loss. */
export function countOf(stage, step) {
  const { header, steps, strings } = stage;
  const places = { t: stage.number(step), steps: header.window?.of ?? steps, back: steps - 1 - step, done: step, most: steps - 1 };
  return strings.step.replace(/{(\w+)}/g, (_place, name) => places[name]);
}

/** That, and what is read there. */
export function wordsOf(stage, step) {
  const word = stage.header.tokens[step];
  return word ? `${countOf(stage, step)}${stage.strings.colon}${word}` : countOf(stage, step);
}

/** The steps in the order in which they are played. */
export function played({ header, steps }) {
  const all = Array.from({ length: steps }, (_, t) => t);
  return header.backwards ? all.reverse() : all;
}
