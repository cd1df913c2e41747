/* Loads the small script modules that a page names: data-island="keys palette". */
document.documentElement.classList.add("has-js");
const started = new WeakMap();
function wake(root) {
  const found = root.querySelectorAll ? [...root.querySelectorAll("[data-island]")] : [];
  if (root.matches?.("[data-island]")) found.unshift(root);
  for (const place of found) {
    const done = started.get(place) ?? new Set();
    started.set(place, done);
    for (const name of place.dataset.island.split(" ")) {
      if (!name || done.has(name)) continue;
      done.add(name);
      import(`./islands/${name}.js`).then((island) => island.default(place));
    }
  }
}
wake(document);
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  const close = event.target.closest("[data-close]");
  const dialog = close?.closest("dialog");
  if (dialog) { event.preventDefault(); dialog.close(); }
  if (event.target.matches?.("dialog[open]")) event.target.close();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
