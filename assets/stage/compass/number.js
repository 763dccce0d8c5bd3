// A complex number by its size and its angle in degrees, and what it does to what it multiplies, in words.

/** An angle between −180 and 180, the first left out. */
export const anglePer = (angle) => {
  const within = ((((angle + 180) % 360) + 360) % 360) - 180;
  return within === -180 ? 180 : within;
};

export const power = ({ size, angle }, k) => ({ size: size ** k, angle: angle * k });

export const real = ({ size, angle }) => size * Math.cos((angle * Math.PI) / 180);
export const imaginary = ({ size, angle }) => size * Math.sin((angle * Math.PI) / 180);

/** Steps until half is left; of what grows, until there is twice as much. */
export const halfLife = ({ size }) => Math.abs(Math.log(2) / Math.log(size));

const few = (value) => (value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1))));

/** "Forgets half in 12 steps, turns once every 8". */
export function said(number, words) {
  const { size, angle } = number;
  const life = halfLife(number);
  const kept = size === 0 ? words.nothing : size === 1 ? words.all : size > 1 ? words.grows : life < 1 ? words.most : words.half;
  const turned = angle === 0 ? words.straight : angle === 180 ? words.flip : words.turn;
  const steps = few(life);
  return words.both
    .replace("{one}", () => (steps === "1" && kept === words.half ? words.half_one : kept).replace("{steps}", steps))
    .replace("{other}", () => (size === 0 ? words.straight : turned).replace("{steps}", few(360 / Math.abs(angle))));
}
