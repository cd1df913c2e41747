/* Keeps what is half typed: a form with data-draft survives a closed dialog, a reload, a lost line. */
const key = (form) => `draft:${form.dataset.draft}`;
const kept = (form) => [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit"].includes(e.type) && e.name !== "csrfmiddlewaretoken");
const save = (form) => {
  const values = kept(form).filter((e) => !["checkbox", "radio"].includes(e.type) || e.checked).map((e) => [e.name, e.value]);
  try { sessionStorage.setItem(key(form), JSON.stringify(values)); } catch { /* a full store loses the draft, not the form */ }
};
const restore = (form) => {
  const text = form.hasAttribute("data-draft-keep") ? null : sessionStorage.getItem(key(form));
  if (!text) return;
  const values = JSON.parse(text);
  for (const e of kept(form)) {
    if (e.type === "checkbox" || e.type === "radio") { e.checked = values.some(([name, value]) => name === e.name && value === e.value); continue; }
    const found = values.findIndex(([name]) => name === e.name);
    if (found >= 0) e.value = values.splice(found, 1)[0][1];
  }
};
export default function (place) {
  // A form sent before this page came and absent from it now has been accepted: its draft is spent.
  const sent = sessionStorage.getItem("draft-sent");
  sessionStorage.removeItem("draft-sent");
  if (sent && ![...document.forms].some((form) => form.dataset.draft && key(form) === sent)) sessionStorage.removeItem(sent);
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
  place.addEventListener("htmx:load", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("form[data-draft]")) restore(form);
  });
  place.addEventListener("input", (event) => event.target.form?.dataset.draft && save(event.target.form));
  place.addEventListener("submit", (event) => event.target.dataset?.draft && sessionStorage.setItem("draft-sent", key(event.target)));
  // Not accepted: the line was down, or the answer was no. The draft stays, whatever page comes next.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.verb === "post" && !event.detail.successful) sessionStorage.removeItem("draft-sent");
  });
  document.addEventListener("desk:done", () => {
    const form = document.querySelector("dialog form[data-draft]");
    if (form) sessionStorage.removeItem(key(form));
    const last = sessionStorage.getItem("draft-sent");
    if (last) { sessionStorage.removeItem(last); sessionStorage.removeItem("draft-sent"); }
  });
}
