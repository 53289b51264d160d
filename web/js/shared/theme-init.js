/* Applies the chosen theme before the first paint: a classic script, as modules run later. theme.js changes the theme. */

{
  const apply = () => {
    const theme = localStorage.getItem("theme") ?? "auto";
    document.documentElement.dataset.theme = theme;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const { scheme } = meta.dataset;
      const isForced = (scheme === "dark") === (theme === "dark");
      meta.media = theme === "auto" ? `(prefers-color-scheme: ${scheme})` : isForced ? "all" : "not all";
    }
  };
  apply();
  addEventListener("themechange", apply);
  addEventListener("storage", ({ key }) => key === "theme" && dispatchEvent(new Event("themechange"))); // chosen in another tab
}
