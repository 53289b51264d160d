/* The theme's colors, for what is painted on a canvas: they are said once, in base.css. */

const root = getComputedStyle(document.documentElement);
const dark = matchMedia("(prefers-color-scheme: dark)");
const known = new Map(); // asking the style for each of a drawing's many paintings takes longer than painting
dark.addEventListener("change", () => known.clear());

/** The value of a color, such as "--ink", in the theme of the moment. */
export function color(name) {
  if (!known.get(name)) known.set(name, root.getPropertyValue(name).trim());
  return known.get(name);
}

/** Call `repaint` whenever light turns dark or dark turns light. */
export function onThemeChange(repaint) {
  dark.addEventListener("change", repaint);
}
