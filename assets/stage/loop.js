// A chart at every step, one after the other, as an animated GIF. Every limit of such a file is here.
import { pauseOf, played } from "./counting.js";
import { createGif } from "./gif.js";

const MOST_FRAMES = 200; // of a longer sequence every second step, or third
const MOST_BYTES = 8e6; // a file that has grown so far ends there
const LAST_MS = 1200; // of its last picture, before it begins again

/** Of a view's `frame(step)`, the address of an image, the address of its loop. `goOn(done, all)` is asked before each
    picture; null once it says no. */
export async function loopOf(view, stage, goOn) {
  const steps = played(stage);
  const every = Math.ceil(steps.length / MOST_FRAMES);
  const shown = steps.filter((_, k) => (steps.length - 1 - k) % every === 0); // the last one among them
  const sheet = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let gif = null;
  for (const [k, step] of shown.entries()) {
    if (!goOn(k, shown.length)) return null;
    if (gif?.size > MOST_BYTES) break;
    const picture = new Image();
    picture.src = await view.frame(step);
    await picture.decode();
    const { width, height } = picture;
    if (!gif) {
      Object.assign(sheet.canvas, { width, height });
      gif = createGif(width, height);
    }
    sheet.drawImage(picture, 0, 0);
    const pause = step === shown.at(-1) ? LAST_MS : every * pauseOf(stage);
    gif.add(sheet.getImageData(0, 0, width, height).data, Math.round(pause / 10));
  }
  return URL.createObjectURL(gif.blob());
}
