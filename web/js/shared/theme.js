/* The theme's colors for canvases; they are defined once, in base.css. */

const root = getComputedStyle(document.documentElement);
const dark = matchMedia("(prefers-color-scheme: dark)");
const cache = new Map(); // reading a style takes longer than painting with it
dark.addEventListener("change", () => cache.clear());

/** The value of a color, such as "--ink", in the current theme. */
export function color(name) {
  if (!cache.get(name)) cache.set(name, root.getPropertyValue(name).trim());
  return cache.get(name);
}

/** Call `repaint` whenever the theme changes between light and dark. */
export function onThemeChange(repaint) {
  dark.addEventListener("change", repaint);
}
