/* The theme, automatic, light, dark or projector, and its colors for canvases. They are defined once, in base.css. */

const dark = matchMedia("(prefers-color-scheme: dark)");
const probe = document.head.appendChild(document.createElement("span")); // never rendered; resolves light-dark()
const cache = new Map(); // reading a style takes longer than painting with it
onThemeChange(() => cache.clear());

/** The value of a color, such as "--ink", in the current theme. */
export function color(name) {
  if (!cache.has(name)) {
    probe.style.color = `var(${name})`;
    cache.set(name, getComputedStyle(probe).color);
  }
  return cache.get(name);
}

/** Call `repaint` whenever the colors change. */
export function onThemeChange(repaint) {
  dark.addEventListener("change", repaint);
  addEventListener("themechange", repaint); // theme-init.js has applied it
}

/** The chosen theme. */
export function getTheme() {
  return document.documentElement.dataset.theme;
}

/** Choose a theme, for all tabs and for later. */
export function setTheme(theme) {
  localStorage.setItem("theme", theme);
  dispatchEvent(new Event("themechange"));
}
