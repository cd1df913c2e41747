/* Shows acts fetched by htmx in the page's dialog and brings the page up to date when they succeed. */
export default function () {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  document.addEventListener("htmx:beforeRequest", (event) => {
    // A link asking for an act where the page has no dialog to show it in: let it be a page.
    if (event.detail.target?.id === "act" && !document.getElementById("act")) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (target?.id !== "act" || requestConfig?.verb !== "post" || xhr.status >= 400) return;
    const landed = new URL(xhr.responseURL || location.href, location.href);
    if (landed.pathname === new URL(requestConfig.path, location.href).pathname) return;
    // The deed is done and the server has led us to the record it concerns.
    dialog.close();
    document.dispatchEvent(new CustomEvent("desk:done"));
    const record = document.getElementById("dossier");
    if (record && xhr.responseText.includes('id="dossier"')) {
      event.detail.target = record;
      event.detail.selectOverride = "#dossier";
      event.detail.swapOverride = "outerHTML";
      htmx.trigger(document.body, "desk:acted");
    } else {
      event.detail.shouldSwap = false;
      location.assign(landed);
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = dialog.querySelector("#act");
    if (event.detail.target?.id !== "act" || !form?.children.length || dialog.open) return;
    if (event.detail.requestConfig?.verb !== "get") return;
    dialog.showModal();
    form.querySelector(".field :is(input:not([type=hidden], [type=radio]), select, textarea), [type=submit]")?.focus();
  });
  document.body.addEventListener("desk:acted", () => dialog.open && dialog.close());
  dialog.addEventListener("close", () => {
    const blank = document.createElement("div");
    blank.id = "act";
    dialog.replaceChildren(blank);
  });
  document.addEventListener("htmx:sendError", () => toast(document.body.dataset.offline));
  document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status >= 500 && toast(document.body.dataset.broken));
}
function toast(text) {
  if (!text) return;
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  document.getElementById("toasts")?.append(note);
  setTimeout(() => note.remove(), 8000);
}
