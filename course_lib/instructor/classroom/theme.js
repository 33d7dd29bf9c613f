// Light or dark: as the system has it, until somebody chooses; kept for the other pages.
const THEME = "theme"; // the book's theme keeps it under this name, too

function theme(name) {
  document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem(THEME, name);
  } catch { /* a page without storage forgets it */ }
}

function otherTheme() {
  theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
}

{
  let kept = null;
  try {
    kept = localStorage.getItem(THEME);
  } catch { /* as above */ }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const chosen = ["light", "dark"].includes(kept);
  document.documentElement.dataset.theme = chosen ? kept : dark ? "dark" : "light";
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-other-theme]")) otherTheme();
  });
}
