/* Ctrl K: search of everything in a dialog, walked with the arrow keys. */
export default function () {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("input");
  const open = (text = "") => {
    if (!palette.open) palette.showModal();
    if (text) { input.value = text; htmx.trigger(input, "input"); }
    input.select();
  };
  const hits = () => [...palette.querySelectorAll("a.hit")];
  const choose = (index) => {
    const all = hits();
    all.forEach((hit, i) => hit.setAttribute("aria-selected", String(i === index)));
    all[index]?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing && !document.querySelector("dialog[open]"))) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]")) return;
    event.preventDefault();
    open(document.querySelector("form[data-palette-open] input")?.value);
  });
  document.addEventListener("submit", (event) => {
    if (!palette.open) return;
    const chosen = palette.querySelector('a.hit[aria-selected="true"]') ?? hits()[0];
    if (event.target.parentElement === palette && chosen) { event.preventDefault(); chosen.click(); }
  });
  palette.addEventListener("keydown", (event) => {
    // A search field spends the first Escape on emptying itself; here it always means "away".
    if (event.key === "Escape") { event.preventDefault(); palette.close(); }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = hits(), now = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    choose((now + (event.key === "ArrowDown" ? 1 : all.length - (now < 0 ? 0 : 1))) % (all.length || 1));
  });
}
