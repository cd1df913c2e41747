/* The courier's app: wakes what the phone kept, shows the screen of the address, hears of changes. */
import { draw, fill, say, word } from "./draw.js";
import { onNews, send } from "./outbox.js";
import { bagScreen, moreScreen, outboxScreen } from "./places.js";
import { fetchShift, heard, keptShift, standing } from "./shift.js";
import { changeDeed, deeds, keep, kept } from "./store.js";
import { partScreen, problemScreen, reasonScreen, stopScreen } from "./stop.js";
import { open, todayScreen } from "./today.js";

const FRESH_MS = 60_000;
const app = { shift: null, deeds: [], drafts: {}, opened: {}, problem: "", sending: "", map: localStorage.getItem("map") ?? "", show, refresh, news };
const header = document.querySelector("header"), main = document.getElementById("screen"), foot = document.getElementById("foot");
const news_out = new BroadcastChannel("courier");
let drawn = "", place = "", refreshing;

/* What is half typed at a stop; every change is kept at once. */
app.draft = (id) => app.drafts[id] ?? {};
app.type = async (id, values) => {
  app.drafts[id] = values && { ...app.drafts[id], ...values };
  if (!values) delete app.drafts[id];
  await keep("drafts", app.drafts);
};
/* Who signs out leaves no customers behind on the phone: only what is not sent yet. */
app.forget = async () => {
  app.shift = null;
  app.drafts = {};
  for (const deed of app.deeds) if (deed.state === "sent") await changeDeed(deed.n, () => null);
  await keep("shift");
  await keep("drafts");
};

function screenOf(now) {
  const [name, id, part] = place.slice(2).split("/");
  if (name === "bag") return bagScreen(app, now);
  if (name === "outbox") return outboxScreen(app, now);
  if (name === "more") return moreScreen(app, now);
  const stop = name === "stop" && now?.stops.find((one) => one.id === Number(id));
  if (!stop) return todayScreen(app, now);
  if (!open(now, stop)) return stopScreen(app, now, stop);
  if (part === "problem") return problemScreen(app, now, stop);
  if (part === "part") return partScreen(app, now, stop);
  if (part === "refuse" || part === "fail") return reasonScreen(app, now, stop, part);
  return stopScreen(app, now, stop);
}
/* Draws the screen of the address; a refresh that changes nothing on it leaves it, with what is typed. */
function show({ force = false } = {}) {
  const moved = place !== location.hash;
  place = location.hash || "#/";
  const now = app.shift && standing(app.shift, app.deeds);
  const screen = screenOf(now);
  const waiting = app.deeds.filter((deed) => deed.state === "waiting").length;
  const refused = app.deeds.filter((deed) => deed.state === "refused").length;
  const line = { signed_out: "signed_out", foreign: "foreign", broken: "broken", not_yours: "not_yours" }[app.problem || app.sending] ?? (app.problem || app.sending ? "offline" : "");
  const alert = ["signed_out", "not_yours", "foreign"].includes(line);
  fill(header, { title: screen.title, back: screen.back, has_back: screen.back, at_home: !screen.back, sub: screen.sub, offline: line === "offline" || line === "broken", line: word(line === "broken" ? "broken" : "offline"), unsent: waiting ? word("unsent", waiting) : "", refused: refused ? word("refused_count", refused) : "", outbox: waiting || refused });
  fill(document, { alert, alert_text: alert ? word(`${line}_text`) : "", sign_in: line === "signed_out" });
  document.title = `${screen.title} · ${word("app")}`;
  const signature = JSON.stringify([place, screen.depends ?? null]);
  if (!force && !moved && signature === drawn) return;
  drawn = signature;
  main.replaceChildren(screen.main);
  foot.replaceChildren(...[screen.foot ?? draw("dock")].flat());
  for (const link of foot.querySelectorAll("nav a")) link.toggleAttribute("aria-current", link.hash === (place === "#" ? "#/" : place));
  if (moved) { main.scrollTo(0, 0); main.focus({ preventScroll: true }); }
}
async function reread() { app.deeds = await deeds(); }

/* Asks the server for the shift, one question at a time. */
async function refresh() {
  refreshing ??= fetchShift(app.shift).finally(() => { refreshing = undefined; });
  const former = app.shift, { shift, problem } = await refreshing;
  if (former && shift?.version !== former.version) navigator.serviceWorker?.getRegistration("/courier/").then((worker) => worker?.update());
  Object.assign(app, { shift, problem });
  await reread();
  show();
}
async function news({ deed, said, left } = {}) {
  if (deed) {
    app.shift = await heard(app.shift, said);
    if (said.late) say(word("late_said"));
    else if (said.sentence && place !== `#/stop/${deed.stop}`) say(said.sentence); // there it stands on the page
  }
  if (left !== undefined) {
    app.sending = left ?? "";
    refresh();
  }
  await reread();
  show();
  news_out.postMessage("");
}
onNews(news);
news_out.onmessage = async () => {
  app.shift = await keptShift() ?? app.shift;
  app.drafts = await kept("drafts") ?? {};
  await reread();
  show();
};

addEventListener("hashchange", () => show());
addEventListener("online", () => { send(); refresh(); });
addEventListener("offline", () => { app.problem = "offline"; show(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { send(); refresh(); } });
setInterval(() => { if (!document.hidden) { if (Date.now() - (app.shift?.heard_ms ?? 0) > FRESH_MS) refresh(); show(); } }, 30_000);

async function registerWorker() {
  if (!navigator.serviceWorker) return;
  let first = !navigator.serviceWorker.controller;
  // A new version answers from the next page on; a page without a half-typed stop changes to it at once.
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (!first && !/^#\/stop/.test(location.hash)) location.reload(); first = false; show({ force: true }); });
  await navigator.serviceWorker.register("/courier/sw.js", { scope: "/courier/" }).catch(() => {});
}
addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); app.install = event; show({ force: place === "#/more" }); });

async function begin() {
  const theme = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  if (theme) document.documentElement.dataset.theme = theme[1];
  else delete document.documentElement.dataset.theme;
  try {
    app.drafts = await kept("drafts") ?? {};
    app.shift = await keptShift() ?? null;
    await reread();
  } catch { app.broken_store = true; say(word("no_store")); }
  show({ force: true });
  registerWorker();
  await refresh();
  show({ force: !app.shift });
  send();
}
begin();
