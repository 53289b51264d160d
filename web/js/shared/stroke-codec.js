/* Ink as text for a link: strokes, and images of 28×28. Pure. */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"; // of base64url (RFC 4648)
const NEAR = 31; // a step of at most so many units in x and y takes two digits, a farther one five
const FAR = DIGITS[63];
const SIDE = 28;

/** Strokes, positions in whole units of 0..4095, as text: strokes apart by ".", first positions in full, then steps. */
export function encodeStrokes(strokes) {
  return strokes
    .map((stroke) => {
      let [x, y] = [0, 0];
      return stroke
        .map((position, i) => {
          const [dx, dy] = [position[0] - x, position[1] - y];
          [x, y] = position;
          const near = i > 0 && Math.abs(dx) <= NEAR && Math.abs(dy) <= NEAR;
          if (near) return DIGITS[dx + NEAR] + DIGITS[dy + NEAR];
          return (i > 0 ? FAR : "") + DIGITS[x >> 6] + DIGITS[x & 63] + DIGITS[y >> 6] + DIGITS[y & 63];
        })
        .join("");
    })
    .join(".");
}

/** The strokes of such a text; null where it is none. */
export function decodeStrokes(text) {
  if (!/^[\w.-]+$/.test(text)) return null;
  const strokes = text.split(".").map((packed) => {
    const values = [...packed].map((digit) => DIGITS.indexOf(digit));
    const stroke = [];
    let at = 0;
    while (at < values.length) {
      const full = stroke.length === 0 || values[at] === 63;
      if (stroke.length && full) at++;
      const taken = values.slice(at, (at += full ? 4 : 2));
      const [x, y] = full ? [0, 0] : stroke.at(-1);
      if (full) stroke.push([taken[0] * 64 + taken[1], taken[2] * 64 + taken[3]]);
      else stroke.push([x + taken[0] - NEAR, y + taken[1] - NEAR]);
    }
    return stroke;
  });
  return strokes.flat(2).every((value) => value >= 0) && strokes.every((stroke) => stroke.length) ? strokes : null;
}

/** An image, 28 rows of 28 values of 0..255, as text. */
export function encodeImage(rows) {
  return btoa(String.fromCharCode(...rows.flat())).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The image of such a text; null where it is none. */
export function decodeImage(text) {
  try {
    const bytes = Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    if (bytes.length !== SIDE * SIDE) return null;
    return Array.from({ length: SIDE }, (_, y) => bytes.slice(y * SIDE, (y + 1) * SIDE));
  } catch {
    return null;
  }
}
