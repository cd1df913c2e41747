/* Chooses light, dark or what the machine says at once; the cookie lets the server draw the next page so. */
export default function (place) {
  const root = document.documentElement;
  const show = () => {
    for (const button of document.querySelectorAll('button[name="theme"]'))
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "auto")));
  };
  place.addEventListener("submit", (event) => {
    const choice = event.submitter?.value;
    if (event.submitter?.name !== "theme") return;
    event.preventDefault();
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `theme=${choice};path=/;max-age=${choice === "auto" ? 0 : 31536000};samesite=lax${secure}`;
    show();
  });
  show();
}
