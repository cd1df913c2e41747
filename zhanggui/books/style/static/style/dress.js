/* Dresses the preview while a style is being made: what is chosen is tried at the server, which alone
   knows how light and dark follow from it, and its stylesheet is worn by the frames at once. */
const started = new WeakSet();

function start(place) {
  if (started.has(place)) return;
  started.add(place);
  const form = place.querySelector("form");
  const frames = [...place.querySelectorAll("iframe")];
  const pairs = place.querySelector("[data-pairs]");
  const lamps = [...place.querySelectorAll("[data-lit]")];
  let sheet = null, lit = "", busy = false, again = false;

  function dress(frame) {
    const page = frame.contentDocument;
    if (!page?.body || !page.querySelector("[data-style]")) return;
    if (lit) page.documentElement.dataset.theme = lit;
    if (sheet === null) return;
    page.querySelector("link[data-style]").disabled = true;
    const made = new frame.contentWindow.CSSStyleSheet();
    made.replaceSync(sheet);
    page.adoptedStyleSheets = [made];
  }

  /* Looking around is all one does in a preview: links keep the style, nothing is sent. */
  function keep(frame) {
    const page = frame.contentDocument;
    const style = new URL(frame.src).searchParams.get("style");
    page?.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); }, true);
    page?.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link && !event.target.closest("button, input, select")) return;
      if (event.target.closest("summary")) return;
      event.preventDefault();
      event.stopPropagation();
      if (!link || !link.href.startsWith(`${location.origin}/shop/`)) return;
      const url = new URL(link.href);
      url.searchParams.set("style", style);
      frame.contentWindow.location.replace(url);
    }, true);
    dress(frame);
  }

  async function attempt() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      do {
        again = false;
        const said = new URLSearchParams();
        for (const [name, value] of new FormData(form)) if (typeof value === "string" && !name.startsWith("csrf")) said.set(name, value);
        const answer = await fetch(`${place.dataset.try}?${said}`, { headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok) continue;
        pairs.innerHTML = await answer.text();
        const found = pairs.querySelector("[data-sheet]");
        if (found) { sheet = found.content.textContent; frames.forEach(dress); }
      } while (again);
    } catch { /* without a connection the preview stands still; saving says so by itself */ } finally { busy = false; }
  }

  for (const frame of frames) {
    frame.addEventListener("load", () => keep(frame));
    if (frame.contentDocument?.readyState === "complete") keep(frame);
  }
  const screen = place.querySelector("[data-wide]");
  if (screen) new ResizeObserver(() => {
    const shrink = Math.min(1, screen.clientWidth / Number(screen.dataset.wide));
    screen.style.setProperty("--shrink", shrink);
    screen.firstElementChild.dataset.shrunk = "";
  }).observe(screen);

  place.addEventListener("input", (event) => {
    const picked = event.target.dataset.picks && document.getElementById(event.target.dataset.picks);
    if (picked) picked.value = event.target.value;
    const picker = place.querySelector(`[data-picks="${event.target.id}"]`);
    if (picker && /^#[0-9a-f]{6}$/i.test(event.target.value)) picker.value = event.target.value;
    if (form?.contains(event.target) && event.target.type !== "file") attempt();
  });
  place.addEventListener("click", (event) => {
    const take = event.target.closest("[data-take]");
    if (take) {
      const into = document.getElementById(take.dataset.into);
      into.value = take.dataset.take;
      into.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const lamp = event.target.closest("[data-lit]");
    if (lamp) {
      lit = lamp.dataset.lit;
      lamps.forEach((one) => one.setAttribute("aria-pressed", String(one === lamp)));
      frames.forEach(dress);
    }
    const tab = event.target.closest("[data-frame]");
    if (tab) {
      event.preventDefault();
      place.querySelectorAll("[data-frame]").forEach((one) => one.removeAttribute("aria-current"));
      tab.setAttribute("aria-current", "true");
      frames.forEach((frame) => { frame.src = tab.href; });
    }
  });
}

const wake = () => document.querySelectorAll("[data-dress]").forEach(start);
wake();
document.addEventListener("htmx:load", wake);
