/* The desk by keyboard: j, k, Enter, Space on rows; the letters written on the acts; ? for help. */
import { openRow, select } from "./queue.js";
export default function () {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.form ?? document.querySelector("dialog[open] form");
      if (form?.method === "post") { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (field && !(field.type === "checkbox" && field.name === "row")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], .menu:popover-open")) return;
    if (event.key === "?") { document.getElementById("keys")?.showModal(); return; }
    const rows = [...document.querySelectorAll("tr[data-row]")];
    const now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (rows.length && (event.key === "j" || event.key === "k")) {
      event.preventDefault();
      select(rows[Math.min(rows.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)))]);
    } else if (now >= 0 && event.key === "Enter" && !event.target.closest("a, button")) {
      event.preventDefault();
      openRow(rows[now].querySelector("a[data-open]"));
    } else if (now >= 0 && event.key === " " && !event.target.closest("a, button")) {
      const box = rows[now].querySelector('input[type="checkbox"]');
      if (box) { event.preventDefault(); box.click(); }
    } else if (/^[a-z0-9]$/i.test(event.key)) {
      const act = document.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`);
      if (act) { event.preventDefault(); act.click(); }
    }
  });
}
