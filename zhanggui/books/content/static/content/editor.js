/* The editor of a page: the preview follows what is typed, running text is written as it looks, goods are picked by name. */
const form = document.getElementById("editor");
const frame = form.querySelector("iframe");
const state = form.querySelector("[data-state]");
let dirty = false;
let sending = false;
let timer;
let asked = 0;

/* --- running text ------------------------------------------------------------------------------ */
const MARKS = [
  ["H", "formatBlock", "h2"], ["h", "formatBlock", "h3"], ["¶", "formatBlock", "p"], ["B", "bold"],
  ["•", "insertUnorderedList"], ["1.", "insertOrderedList"], ["❝", "formatBlock", "blockquote"], ["link", "link"],
];
const sprite = document.querySelector("use").getAttribute("href").split("#")[0];
const WORDS = (form.dataset.prose ?? "").split("|");
function write(area) {
  if (area.dataset.written) return;
  area.dataset.written = "1";
  document.execCommand("defaultParagraphSeparator", false, "p");
  const box = document.createElement("div");
  box.className = "prose-box";
  box.contentEditable = "true";
  box.lang = area.lang || "zh-Hans";
  box.setAttribute("role", "textbox");
  box.setAttribute("aria-multiline", "true");
  const label = document.querySelector(`label[for="${area.id}"]`);
  label.id = `${area.id}_label`;
  box.setAttribute("aria-labelledby", label.id);
  box.innerHTML = area.value || "<p><br></p>"; // the server has cleaned it
  const bar = document.createElement("div");
  bar.className = "prose-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-labelledby", label.id);
  const keep = () => { area.value = box.textContent.trim() || box.querySelector("hr") ? box.innerHTML : ""; changed(); };
  MARKS.forEach(([sign, command, value], number) => {
    const button = document.createElement("button");
    button.type = "button";
    if (command === "link") button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#link"></use></svg>`;
    else button.dataset.sign = sign;
    button.title = WORDS[number] ?? sign;
    button.setAttribute("aria-label", WORDS[number] ?? sign);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      box.focus();
      if (command === "link") return ask(box, bar, keep);
      document.execCommand(command, false, value);
      keep();
    });
    bar.append(button);
  });
  box.addEventListener("input", keep);
  box.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  area.hidden = true;
  area.after(bar, box);
  label.addEventListener("click", () => box.focus());
}
function ask(box, bar, keep) {
  const held = getSelection().rangeCount ? getSelection().getRangeAt(0).cloneRange() : null;
  const line = document.createElement("div");
  line.className = "prose-link";
  const input = document.createElement("input");
  input.placeholder = "/shop/c/TEA/";
  input.setAttribute("aria-label", WORDS[7] ?? "");
  input.value = held?.startContainer.parentElement?.closest("a")?.getAttribute("href") ?? "";
  const end = () => {
    line.remove();
    box.focus();
    if (!held) return;
    getSelection().removeAllRanges();
    getSelection().addRange(held);
    document.execCommand(input.value ? "createLink" : "unlink", false, input.value);
    keep();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); end(); }
    if (event.key === "Escape") line.remove();
  });
  input.addEventListener("input", (event) => event.stopPropagation());
  const done = document.createElement("button");
  done.type = "button";
  done.className = "btn btn--s";
  done.textContent = "✓";
  done.setAttribute("aria-label", WORDS[7] ?? "");
  done.addEventListener("click", end);
  line.append(input, done);
  bar.after(line);
  input.focus();
}

/* --- the preview ------------------------------------------------------------------------------- */
function scale() {
  const box = frame.parentElement;
  box.style.setProperty("--scale", (box.clientWidth / 1280).toFixed(4));
}
async function look() {
  const mine = ++asked;
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  const answer = await fetch(`${form.dataset.preview}?frame=1`, { method: "POST", body: data }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = frame.contentDocument;
  if (!shown?.body) return;
  shown.documentElement.lang = page.documentElement.lang;
  shown.body.className = page.body.className;
  shown.body.replaceChildren(...[...page.body.childNodes].map((node) => shown.importNode(node, true)));
}
function changed() {
  dirty = true;
  state.textContent = form.dataset.unsaved;
  clearTimeout(timer);
  timer = setTimeout(look, 500);
}
function wake(root) {
  for (const area of root.querySelectorAll("textarea[data-prose]")) write(area);
  const fresh = root.querySelector("[data-fresh]");
  if (fresh) {
    fresh.scrollIntoView({ block: "start" });
    fresh.querySelector("summary").focus();
  }
}

form.addEventListener("input", (event) => {
  if (["q", "planned_at", "width"].includes(event.target.name) || event.target.type === "file") return;
  if (event.target.name === "language") return look();
  changed();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=file])")) event.preventDefault();
});
form.addEventListener("focusin", (event) => {
  const card = event.target.closest("[data-section]");
  for (const other of form.querySelectorAll(".ed__card--at")) other.classList.remove("ed__card--at");
  if (!card) return;
  const there = frame.contentDocument?.querySelector(`[data-section="${CSS.escape(card.dataset.section)}"]`);
  there?.scrollIntoView({ block: "center", behavior: "smooth" });
});
form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  if (!add) return;
  const area = document.getElementById(add.closest("[data-goods]").dataset.goods);
  area.value = `${area.value.trim()}\n${add.dataset.add}`.trim();
  changed();
});
form.addEventListener("submit", () => { sending = true; });
addEventListener("beforeunload", (event) => { if (dirty && !sending) event.preventDefault(); });
addEventListener("pageshow", () => { sending = false; });
addEventListener("resize", scale);
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "written" && event.detail.elt?.id !== "written") return;
  wake(document.getElementById("written"));
  changed();
});
scale();
wake(document);
if (form.querySelector(".field__error, [role=alert]")) { dirty = true; look(); }
