// What Python sends: [u32 header length][JSON header][padding][float32 ...].

export function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length + ((4 - ((4 + length) % 4)) % 4);
  const body = bytes.slice(start).buffer; // a copy: float32 views need an offset that is a multiple of four
  const arrays = {};
  for (const [name, { offset, size }] of Object.entries(header.arrays)) {
    arrays[name] = new Float32Array(body, offset * 4, size);
  }
  return { header, arrays };
}
