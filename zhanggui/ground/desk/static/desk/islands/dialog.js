/* Shows acts fetched by htmx in the page's dialog and brings the page up to date when they succeed. */
const toasts = () => document.getElementById("toasts");
function say(text) {
  if (!text) return;
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  toasts()?.append(note);
  setTimeout(() => note.remove(), 8000);
}
const wholePage = (xhr) => /^\s*<!doctype/i.test(xhr.responseText ?? "");
const read = (xhr) => new DOMParser().parseFromString(xhr.responseText, "text/html");
const saidIn = (page) => [...page.querySelectorAll("#toasts .toast")].map((note) => note.textContent.trim());
const visible = (element) => element?.offsetParent != null;

export default function () {
  for (const note of toasts()?.children ?? []) setTimeout(() => note.remove(), 8000);
  for (const text of JSON.parse(sessionStorage.getItem("said") ?? "[]")) say(text);
  sessionStorage.removeItem("said");

  const dialog = document.getElementById("dialog");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target, requestConfig } = event.detail;
    if (target?.id !== "act" || requestConfig.verb !== "post" || visible(document.getElementById("dossier"))) return;
    // With no record on show the answer is a page of its own: send the form as the browser would.
    event.preventDefault();
    elt.submit();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (!wholePage(xhr)) return;
    const page = read(xhr);
    if (xhr.status >= 400) {
      event.detail.shouldSwap = false;
      say([...page.querySelectorAll("[data-sentence]")].map((line) => line.textContent).join(" ") || document.body.dataset.broken);
      return;
    }
    const landed = xhr.responseURL || location.href;
    const record = document.getElementById("dossier");
    const theirs = page.getElementById("dossier");
    if (target?.id === "act" && requestConfig.verb === "post" && theirs && (theirs.matches("[data-record]") || document.getElementById("rows"))) {
      // The deed is done and the server has led us to a record, or back to this queue.
      if (dialog?.open) dialog.close();
      document.dispatchEvent(new CustomEvent("desk:done"));
      event.detail.target = record;
      event.detail.ignoreTitle = true;
      event.detail.selectOverride = "#dossier";
      event.detail.swapOverride = "outerHTML";
      if (!theirs.querySelector(".callout")) saidIn(page).forEach(say);
      htmx.trigger(document.body, "desk:acted");
    } else if (!(requestConfig.verb === "get" && target?.id && page.getElementById(target.id))) {
      // Signed out meanwhile, or led elsewhere: go there, and say there what was said here.
      event.detail.shouldSwap = false;
      if (target?.id === "act") document.dispatchEvent(new CustomEvent("desk:done"));
      sessionStorage.setItem("said", JSON.stringify(saidIn(page)));
      location.assign(landed);
    } else {
      event.detail.selectOverride ??= `#${target.id}`;
    }
  });
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline));
  document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status >= 500 && !wholePage(event.detail.xhr) && say(document.body.dataset.broken));
  if (!dialog) return;
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = dialog.querySelector("#act");
    if (event.detail.target?.id !== "act" || !form?.children.length || dialog.open) return;
    dialog.showModal();
    form.querySelector(".field :is(input:not([type=hidden], [type=radio]), select, textarea), [type=submit]")?.focus();
  });
  dialog.addEventListener("close", () => {
    const blank = document.createElement("div");
    blank.id = "act";
    dialog.replaceChildren(blank);
  });
}
