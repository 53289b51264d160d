/* Encodes strokes and 28×28 images as text for links. Independent of the page. */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"; // base64url (RFC 4648)
const MAX_STEP = 31; // a step of up to this many units in x and y takes two digits, a longer one five
const ESCAPE = DIGITS[63];
const SIDE = 28;

/** Strokes, positions in whole units of 0..4095, as text: strokes separated by ".", first positions absolute, then steps. */
export function encodeStrokes(strokes) {
  return strokes
    .map((stroke) => {
      let [x, y] = [0, 0];
      return stroke
        .map((position, i) => {
          const [dx, dy] = [position[0] - x, position[1] - y];
          [x, y] = position;
          const isShort = i > 0 && Math.abs(dx) <= MAX_STEP && Math.abs(dy) <= MAX_STEP;
          if (isShort) return DIGITS[dx + MAX_STEP] + DIGITS[dy + MAX_STEP];
          return (i > 0 ? ESCAPE : "") + DIGITS[x >> 6] + DIGITS[x & 63] + DIGITS[y >> 6] + DIGITS[y & 63];
        })
        .join("");
    })
    .join(".");
}

/** The strokes of an encoded text; null if it is invalid. */
export function decodeStrokes(text) {
  if (!/^[\w.-]+$/.test(text)) return null;
  const strokes = text.split(".").map((encoded) => {
    const values = [...encoded].map((digit) => DIGITS.indexOf(digit));
    const stroke = [];
    let index = 0;
    while (index < values.length) {
      const isAbsolute = stroke.length === 0 || values[index] === 63;
      if (stroke.length && isAbsolute) index++;
      const digits = values.slice(index, (index += isAbsolute ? 4 : 2));
      const [x, y] = isAbsolute ? [0, 0] : stroke.at(-1);
      if (isAbsolute) stroke.push([digits[0] * 64 + digits[1], digits[2] * 64 + digits[3]]);
      else stroke.push([x + digits[0] - MAX_STEP, y + digits[1] - MAX_STEP]);
    }
    return stroke;
  });
  return strokes.flat(2).every((value) => value >= 0) && strokes.every((stroke) => stroke.length) ? strokes : null;
}

/** An image, 28 rows of 28 values of 0..255, as text. */
export function encodeImage(rows) {
  return btoa(String.fromCharCode(...rows.flat())).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The image of an encoded text; null if it is invalid. */
export function decodeImage(text) {
  try {
    const bytes = Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    if (bytes.length !== SIDE * SIDE) return null;
    return Array.from({ length: SIDE }, (_, y) => bytes.slice(y * SIDE, (y + 1) * SIDE));
  } catch {
    return null;
  }
}
