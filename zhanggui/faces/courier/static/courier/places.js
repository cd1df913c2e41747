/* The other screens: the bag with goods and money, the outbox, and what belongs to the phone. */
import { draw, piece, word } from "./draw.js";
import { yuan } from "./money.js";
import { putAside, send, sendAgain } from "./outbox.js";
import { DONE, open } from "./today.js";

export function bagScreen(app, now) {
  if (!now) return { title: word("bag"), main: draw(app.problem ? "nothing" : "waiting"), depends: app.problem };
  const waiting = app.deeds.filter((deed) => deed.state === "waiting").length;
  const still = now.stops.filter((stop) => open(now, stop)).length;
  const out = now.runs.filter((run) => run.state === "out");
  const main = draw("bag", {
    cash: yuan(now.cash_fen), float: now.float_fen ? word("of_which_float", yuan(now.float_fen)) : "", since: now.cash_since ?? "", unsent: waiting ? word("counted_unsent", waiting) : "",
    goods: now.bag.map((goods) => piece("goods", { name: goods.name, count: word("times", goods.quantity), price: "" })), no_goods: !now.bag.length,
    still: still ? word("still", still) : "", closing: !still && (now.cash_fen > 0 || now.bag.length > 0), hand_in: now.hand_in_url, wait_first: waiting > 0,
    runs: out.filter((run) => now.stops.every((stop) => stop.run !== run.id || DONE(stop))).map((run) => piece("back-run", { url: run.url, number: run.number })),
  });
  return { title: word("bag"), main, depends: [now.cash_fen, now.bag, still, waiting, out, now.cash_since] };
}
export function outboxScreen(app, now) {
  const states = ["refused", "waiting", "aside", "sent"];
  const rows = [...app.deeds].sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state) || (a.state === "sent" ? b.n - a.n : a.n - b.n)).map((deed) => {
    const foreign = app.shift && deed.person !== app.shift.me.id;
    const why = deed.state === "refused" || deed.state === "aside" ? `${deed.answer.sentence} ${deed.answer.settles ?? ""}` : deed.answer?.late ? word("late_said") : foreign ? word("foreign_text") : deed.state === "waiting" && deed.answer?.status ? word("broken_text", deed.answer.status) : "";
    const row = piece("deed", { what: word(`deed_${deed.kind}`), title: deed.title, url: `#/stop/${deed.stop}`, state: word(`is_${deed.state}`), sum: deed.kind === "deliver" ? yuan(deed.tendered_fen - deed.change_fen) : "", why, refused: deed.state === "refused", at: new Date(deed.device_at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: now?.zone }) });
    row.dataset.state = deed.state;
    row.querySelector("[data-act=again]").addEventListener("click", () => sendAgain(deed.n).then(() => app.news()));
    row.querySelector("[data-act=aside]").addEventListener("click", () => putAside(deed.n).then(() => app.news()));
    return row;
  });
  const waiting = app.deeds.some((deed) => deed.state === "waiting");
  const main = draw("outbox", { deeds: rows, empty: !rows.length, some: rows.length > 0, waiting });
  main.querySelector("[data-act=send]").addEventListener("click", () => { send(); app.refresh(); });
  return { title: word("outbox"), main, depends: app.deeds };
}
export function moreScreen(app, now) {
  const ready = Boolean(navigator.serviceWorker?.controller);
  const main = draw("more", { name: now?.me.name ?? "", ready, not_ready: !ready, install: Boolean(app.install), pretend: now?.pretend });
  main.querySelector("[data-act=install]").addEventListener("click", () => { app.install.prompt(); app.install = null; app.show({ force: true }); });
  // Switching language or appearance needs the server; the forms carry a fresh token.
  for (const form of main.querySelectorAll("form"))
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const token = await fetch("/courier/token/", { cache: "no-store" }).then((answer) => answer.json()).catch(() => null);
      if (!token) return app.refresh();
      if (form.hasAttribute("data-leave")) await app.forget();
      const field = form.querySelector("[name=csrfmiddlewaretoken]");
      field.value = token.token;
      if (event.submitter) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: event.submitter.name, value: event.submitter.value }));
      form.submit();
    });
  return { title: word("more"), main, depends: [ready, now?.me, Boolean(app.install)] };
}
