// How a chart fits its place: as high as the first screen allows, with words under its axis that have room.

const LEAST = 0.5; // of a chart's own height: lower than that it is not made, but goes on below the screen
const PHONE = 760; // pixels, as in the style sheets
const LOW = 0.64; // of a chart's own height, there
const BROAD = 470; // pixels, from which on a picture in space has room for the names of its axes
const BELOW = 16; // pixels between a chart and the end of the screen
const BAR = 58; // of them, those that the slider's bar covers on a phone

/** A chart that would end just below the first screen ends on it. Pictures in space and of several axes, one below the
    other, need all of their height; of those that are "low" more than one is to be seen on a phone. ``below``: pixels of
    what stands below the chart. */
export function heightThatFits(body, { height, yaxis2, scene, meta }, below) {
  const own = meta?.low && innerWidth <= PHONE ? Math.round(LOW * height) : height;
  if (yaxis2 || scene) return own;
  const scrolled = body.closest("[data-testid=stMain]")?.scrollTop ?? 0;
  const end = innerHeight - BELOW - (innerWidth <= PHONE ? BAR : 0);
  const room = end - body.getBoundingClientRect().top - scrolled - below;
  return room < own && room > LEAST * own ? Math.floor(room) : own;
}

/** A picture in space is seen from further off where the names of its axes would be cut at the edges. */
export function withWholeScene(layout, width) {
  if (!layout.scene || width >= BROAD) return layout;
  const { camera } = layout.scene;
  const eye = Object.fromEntries(Object.entries(camera.eye).map(([axis, value]) => [axis, (value * BROAD) / width]));
  return { ...layout, scene: { ...layout.scene, camera: { ...camera, eye } } };
}

/** Words under the axis stand level while each has room, lean when it has not, and thin out when leaning is no help. */
export function withLevelWords(layout, steps, width) {
  const { xaxis, margin } = layout;
  if (!xaxis?.ticktext) return layout;
  const room = (width - margin.l - margin.r) / steps;
  const longest = Math.max(...xaxis.ticktext.map((word) => [...word].reduce((w, c) => w + (c > "\u2e7f" ? 13 : 7.2), 0)));
  if (room > longest + 6) return layout;
  const every = Math.ceil(15 / room);
  const keep = (_, k) => k % every === 0;
  const words = { tickvals: xaxis.tickvals.filter(keep), ticktext: xaxis.ticktext.filter(keep), tickangle: -50 };
  const title = { ...xaxis.title, standoff: 12 }; // leaning words come closer to it than level ones
  return { ...layout, xaxis: { ...xaxis, ...words, title }, margin: { ...margin, b: margin.b + 32 } };
}
