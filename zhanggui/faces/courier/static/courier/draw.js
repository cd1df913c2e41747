/* Drawing: clones the page's templates and fills their places; all words come from the page. */
const words = {};
for (const place of document.querySelectorAll("[data-word]")) words[place.dataset.word] = place;

/* The page's word of a name, each # replaced by the next value; name_1 is its form for one. */
export function word(name, ...values) {
  const place = (values.length === 1 && values[0] === 1 && words[`${name}_1`]) || words[name];
  return (place?.textContent ?? "").replace(/#/g, () => values.shift());
}
export const tone = (name) => words[name]?.dataset.tone ?? "rest";

export function fill(root, values) {
  for (const [attribute, put] of PUTS)
    for (const place of root.querySelectorAll(`[data-${attribute}]`))
      if (place.dataset[attribute] in values) put(place, values[place.dataset[attribute]]);
  return root;
}
const PUTS = Object.entries({
  text: (place, value) => { place.textContent = value ?? ""; place.hidden = value == null || value === ""; },
  show: (place, value) => { place.hidden = !value; },
  href: (place, value) => { if (value) place.setAttribute("href", value); },
  live: (place, value) => { place.disabled = !value; },
  list: (place, value) => { place.replaceChildren(...value); },
  value: (place, value) => { place.value = value ?? ""; },
});
export function draw(name, values = {}) {
  const root = document.getElementById(`t-${name}`).content.cloneNode(true);
  return fill(root, values);
}
/* One element of a template, for lists. */
export const piece = (name, values) => draw(name, values).firstElementChild;

export function badge(state) {
  const place = piece(`badge-${tone(state)}`, { word: word(state) });
  place.dataset.state = state;
  return place;
}
export function say(text) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}
