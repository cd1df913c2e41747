/* What HTML cannot do: steppers, quantities sent on change, one order for a double tap, copying, messages that go away. */
const root = document.documentElement;
root.classList.add("has-js");
const toast = document.getElementById("toast");
let timer;

function say(text) {
  const line = document.createElement("div");
  line.className = "toast__in tone-stop";
  line.append(text);
  toast.replaceChildren(line);
  fade();
}
function fade() {
  clearTimeout(timer);
  timer = setTimeout(() => toast.replaceChildren(), 5000);
}

/* The page says that somebody has it before him: what programs fetch never gets here. */
if (document.body.dataset.seen && document.visibilityState !== "prerender") fetch(document.body.dataset.seen, { keepalive: true, cache: "no-store" }).catch(() => {});

document.addEventListener("click", async (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const input = step.parentElement.querySelector("input");
    const next = (parseInt(input.value, 10) || 0) + Number(step.dataset.step);
    input.value = Math.min(999, Math.max(1, next));
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const field = document.getElementById(copy.dataset.copy);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    copy.querySelector("svg").nextSibling.textContent = copy.dataset.done;
  }
});
/* What is offered while one types, and open facets: arrows walk, Escape and a click elsewhere close. */
const find = document.querySelector(".find");
const hints = document.getElementById("hints");
function close(but) {
  if (hints && !find.contains(but)) hints.replaceChildren();
  for (const facet of document.querySelectorAll(".facet[open]")) if (!facet.contains(but)) facet.open = false;
}
document.addEventListener("click", (event) => close(event.target));
document.addEventListener("focusin", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector(".facet[open] summary") ?? (hints?.childElementCount ? find.querySelector("input") : null);
    close(null);
    open?.focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !find?.contains(event.target) || !hints.childElementCount) return;
  const stops = [find.querySelector("input"), ...hints.querySelectorAll("a")];
  event.preventDefault();
  stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
});
find?.addEventListener("submit", () => hints.replaceChildren());
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});
/* The second tap of a form that must be sent once waits for the first one's answer. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.submitter?.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  event.submitter?.classList.add("is-sent");
});
addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".is-sent")) button.classList.remove("is-sent");
  if (event.persisted) {
    /* Come back to by the back button: counts and prices may have moved on meanwhile. */
    if (document.querySelector("#cart, #track")) location.reload();
  }
});
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === toast) fade(); });
document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline));
document.addEventListener("htmx:responseError", () => say(document.body.dataset.broken));
/* The page of an order looks again by itself, but not while somebody types on it. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "track" && event.target.querySelector("details[open], form :focus")) event.preventDefault();
});
/* Pasted text is read at once: nobody pastes an address to look at it. */
document.addEventListener("paste", (event) => {
  if (!event.target.matches("#paste")) return;
  setTimeout(() => document.querySelector('button[name="step"][value="paste"]')?.click(), 60);
});
