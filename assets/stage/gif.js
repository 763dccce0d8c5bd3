// An animated GIF (GIF89a): every browser, slide and message shows one, and none asks for a codec. Of each picture only
// what differs from the one before is written, in the smallest rectangle around it.

const CLEAR = 255; // the place in a palette of what stays as it was
const CODES = 4096; // of LZW, of which the first 256 are the palette's places
const RESTART = 256;
const END = 257;
const FOREVER = [0x21, 0xff, 11, ...bytesOf("NETSCAPE2.0"), 3, 1, 0, 0, 0];

/** { add(pixels, hundredths), size, blob() }: pictures as the bytes of an ImageData, each shown for so many 1/100 s. */
export function createGif(width, height) {
  const parts = [Uint8Array.of(...bytesOf("GIF89a"), ...short(width), ...short(height), 0x70, 0, 0, ...FOREVER)];
  let before = null;
  const gif = {
    size: parts[0].length,
    add(pixels, hundredths) {
      const now = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
      const part = frame(now, before, width, height, hundredths);
      before = now;
      parts.push(part);
      gif.size += part.length;
    },
    blob: () => new Blob([...parts, Uint8Array.of(0x3b)], { type: "image/gif" }),
  };
  return gif;
}

function bytesOf(text) {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function short(value) {
  return [value & 255, value >> 8];
}

function frame(now, before, width, height, hundredths) {
  const [left, top, wide, tall] = before ? changedPart(now, before, width) : [0, 0, width, height];
  const changed = (place) => !before || now[place] !== before[place];
  const counts = new Map();
  const places = Array.from({ length: wide * tall }, (_, k) => (top + Math.floor(k / wide)) * width + left + (k % wide));
  for (const place of places) if (changed(place)) counts.set(now[place], (counts.get(now[place]) ?? 0) + 1);
  const { colors, placeOf } = paletteOf(counts);
  const indices = Uint8Array.from(places, (place) => (changed(place) ? placeOf.get(now[place]) : CLEAR));
  return Uint8Array.from([
    ...[0x21, 0xf9, 4, 5, ...short(hundredths), CLEAR, 0], // it stays until the next is drawn over it
    ...[0x2c, ...short(left), ...short(top), ...short(wide), ...short(tall), 0x87, ...colors, 8],
    ...inBlocks(compressed(indices)),
  ]);
}

/** [left, top, wide, tall] of the smallest rectangle around all that changed; one point where nothing did. */
function changedPart(now, before, width) {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let place = 0; place < now.length; place++) {
    if (now[place] === before[place]) continue;
    const column = place % width;
    if (column < left) left = column;
    if (column > right) right = column;
    bottom = Math.floor(place / width);
    if (top < 0) top = bottom;
  }
  return right < 0 ? [0, 0, 1, 1] : [left, top, right - left + 1, bottom - top + 1];
}

/** At most 255 colours, exact where there are no more: else colours that are alike but for low bits are one, their mean. */
function paletteOf(counts) {
  for (let bits = 0; ; bits++) {
    const alike = ((255 >> bits) << bits) * 0x10101;
    const groups = new Map();
    for (const [color, count] of counts) {
      const group = groups.get(color & alike) ?? [0, 0, 0, 0];
      groups.set(color & alike, group);
      group[3] += count;
      for (const channel of [0, 1, 2]) group[channel] += count * ((color >> (8 * channel)) & 255);
    }
    if (groups.size > CLEAR) continue;
    const order = new Map([...groups.keys()].map((key, place) => [key, place]));
    const colors = new Uint8Array(3 * 256);
    [...groups.values()].forEach(([r, g, b, count], k) => colors.set([r, g, b].map((sum) => Math.round(sum / count)), 3 * k));
    return { colors, placeOf: new Map([...counts.keys()].map((color) => [color, order.get(color & alike)])) };
  }
}

/** LZW with codes of 9 to 12 bits, low bits first. */
function compressed(indices) {
  const bytes = [];
  const codes = new Uint16Array(CODES * 256); // of a code and the index after it; 0: there is none yet
  let [next, size, held, bits] = [END + 1, 9, 0, 0];
  function write(code) {
    held |= code << bits;
    for (bits += size; bits >= 8; bits -= 8) {
      bytes.push(held & 255);
      held >>>= 8;
    }
    if (next >= 1 << size && size < 12) size++; // as the reader's, which is one code behind
  }
  write(RESTART);
  let code = indices[0];
  for (let k = 1; k < indices.length; k++) {
    const place = code * 256 + indices[k];
    if (codes[place]) {
      code = codes[place];
      continue;
    }
    write(code);
    if (next < CODES) codes[place] = next++;
    else {
      write(RESTART);
      codes.fill(0);
      [next, size] = [END + 1, 9];
    }
    code = indices[k];
  }
  write(code);
  write(END);
  if (bits) bytes.push(held & 255);
  return bytes;
}

/** As GIF has it: blocks of up to 255 bytes, each after its length, and an empty one at the end. */
function inBlocks(bytes) {
  const blocks = [];
  for (let k = 0; k < bytes.length; k += 255) {
    const block = bytes.slice(k, k + 255);
    blocks.push(block.length, ...block);
  }
  return [...blocks, 0];
}
