/* The menu of the page: the link of the current state, the theme, and the keyboard shortcuts. Loaded when it is opened. */

import { byId } from "../shared/dom.js";
import { getTheme, setTheme } from "../shared/theme.js";
import { missingFromLink } from "../shared/url-state.js";

const NO_CLIPBOARD = "This browser doesn’t allow it here. Copy the link from this field.";

/** Show the current state of the menu as it opens. */
export function update() {
  for (const radio of document.getElementsByName("theme")) radio.checked = radio.value === getTheme();
  byId("link-status").textContent = "";
  byId("link-field").hidden = true;
}

/** Handle a click or a change in the menu. */
export function handle({ type, target }) {
  if (type === "change" && target.name === "theme") setTheme(target.value);
  if (type === "click" && target.closest("#copy-link")) copyLink();
}

async function copyLink() {
  const isCopied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
  byId("link-status").textContent = [isCopied ? "Link copied." : NO_CLIPBOARD, missingFromLink].filter(Boolean).join(" ");
  const field = byId("link-field");
  field.hidden = Boolean(isCopied);
  field.value = location.href;
  if (isCopied) return;
  field.focus();
  field.select();
}
