/* The theme's colours, for what is painted on a canvas: they are said once, in base.css. */

const root = getComputedStyle(document.documentElement);
const dark = matchMedia("(prefers-color-scheme: dark)");

/** The value of a colour, such as "--ink", in the theme of the moment. */
export function colour(name) {
  return root.getPropertyValue(name).trim();
}

/** Call `repaint` whenever light turns dark or dark turns light. */
export function onThemeChange(repaint) {
  dark.addEventListener("change", repaint);
}
