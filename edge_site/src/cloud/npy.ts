/** The npy format, version 1.0 (numpy.lib.format): magic, version, header length, a Python dict padded to 64, the values. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const PREFIX = MAGIC.length + 2;

/** float32 values of the given shape -> one npy array, little-endian, C order. NaN keeps its bits. */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const total = Math.ceil((PREFIX + header.length + 1) / 64) * 64;
  const file = new Uint8Array(total + values.length * 4);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(MAGIC.length, total - PREFIX, true);
  file.set(new TextEncoder().encode(header.padEnd(total - PREFIX - 1) + "\n"), PREFIX);
  values.forEach((value, k) => view.setFloat32(total + 4 * k, value, true));
  return file;
}
