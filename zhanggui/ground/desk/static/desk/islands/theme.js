/* Chooses light, dark or what the machine says; the cookie lets the server draw the next page so. */
export default function (place) {
  const root = document.documentElement;
  const show = () => {
    for (const button of document.querySelectorAll("[data-theme-set]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === (root.dataset.theme ?? "auto")));
  };
  place.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-set]")?.dataset.themeSet;
    if (!choice) return;
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    document.cookie = `theme=${choice};path=/;max-age=${choice === "auto" ? 0 : 31536000};samesite=lax`;
    show();
  });
  show();
}
