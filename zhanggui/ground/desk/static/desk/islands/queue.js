/* A queue: rows open beside the list where there is room for it, and are ticked for bulk acts. */
const roomy = matchMedia("(min-width: 1100px)");
export function openRow(link) {
  const row = link.closest("tr");
  if (!roomy.matches || !document.getElementById("dossier")) { location.assign(link.href); return; }
  select(row);
  htmx.ajax("GET", link.href, { source: row, target: "#dossier", swap: "outerHTML", select: "#dossier" });
  const url = new URL(location.href);
  url.searchParams.set("open", row.dataset.row);
  history.replaceState(history.state, "", url);
}
export function select(row) {
  for (const other of row.parentElement.children) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
}
export default function (place) {
  // A refresh by the clock would take away ticks, and nobody needs one in a hidden window.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, requestConfig } = event.detail;
    const byClock = target?.id === "rows" && !requestConfig?.triggeringEvent;
    if (byClock && (document.hidden || place.querySelector("tbody input:checked"))) event.preventDefault();
  });
  const count = () => {
    const ticked = place.querySelectorAll('tbody input[type="checkbox"]:checked').length;
    const label = place.querySelector("[data-ticked]");
    if (label) label.textContent = label.dataset.words.replace("#", ticked);
  };
  place.addEventListener("change", (event) => {
    if (event.target.matches("[data-check-all]"))
      for (const box of place.querySelectorAll('tbody input[type="checkbox"]')) box.checked = event.target.checked;
    count();
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openRow(link);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "rows") return;
    const open = new URL(location.href).searchParams.get("open");
    const row = open && place.querySelector(`tr[data-row="${CSS.escape(open)}"]`);
    if (row) row.setAttribute("aria-selected", "true");
    count();
  });
}
