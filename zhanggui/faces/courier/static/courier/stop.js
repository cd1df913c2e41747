/* A stop: whom to meet, what is due, what was given, what is given back; and what else may happen. */
import { badge, draw, piece, say, word } from "./draw.js";
import { due, likely, pieces, typed, yuan } from "./money.js";
import { put, putAside, sendAgain, takeBack } from "./outbox.js";
import { now as clock } from "./shift.js";
import { DONE, minutesLate, next, open, promise, runOf } from "./today.js";

const MAPS = {
  amap: (place, city) => `https://uri.amap.com/search?keyword=${place}&city=${city}&src=zhanggui&callnative=1`,
  baidu: (place) => `https://api.map.baidu.com/geocoder?address=${place}&output=html&src=webapp.zhanggui.courier`,
  apple: (place) => `https://maps.apple.com/?daddr=${place}`,
  google: (place) => `https://www.google.com/maps/dir/?api=1&destination=${place}`,
};
const url = (stop, part = "") => `#/stop/${stop.id}${part && `/${part}`}`;
const title = (now, stop) => word("stop_of", stop.number, now.stops.filter((one) => one.run === stop.run).length);
const count = (lines, of = (line) => line.quantity) => lines.reduce((sum, line) => sum + of(line), 0);

/* Keeps a deed once however often it was pressed, and shows what became of the stop. */
async function act(app, now, stop, button, deed) {
  if (button.disabled) return;
  button.disabled = true;
  const none = { delivered: null, tendered_fen: 0, change_fen: 0, reason_code: "", note: "" };
  try {
    await put({ ...none, ...deed, stop: stop.id, person: now.me.id, title: stop.address, order: stop.order, device_at: clock(now).toISOString() });
  } catch {
    button.disabled = false;
    return say(word("not_kept"));
  }
  await app.type(stop.id, null);
  await app.news();
  location.hash = url(stop);
  app.show({ force: true });
}

function navigation(app, stop) {
  const place = encodeURIComponent(`${stop.region}${stop.address}`), city = encodeURIComponent(stop.city);
  const maps = draw("maps");
  for (const link of maps.querySelectorAll("[data-map]")) {
    link.href = MAPS[link.dataset.map](place, city);
    link.addEventListener("click", () => { localStorage.setItem("map", (app.map = link.dataset.map)); setTimeout(() => app.show({ force: true })); });
  }
  return { maps: [maps], map: MAPS[app.map]?.(place, city) ?? "", map_known: app.map in MAPS, map_unknown: !(app.map in MAPS), map_name: app.map ? word(`map_${app.map}`) : "" };
}
function notes(app, stop) {
  const found = [];
  if (stop.no) {
    const note = piece("refused", { what: word(`deed_${stop.no.kind}`), sentence: stop.no.answer.sentence, settles: stop.no.answer.settles });
    note.querySelector("[data-act=again]").addEventListener("click", () => sendAgain(stop.no.n).then(() => app.news()));
    note.querySelector("[data-act=aside]").addEventListener("click", () => putAside(stop.no.n).then(() => app.news()));
    found.push(note);
  }
  if (stop.unsent) {
    const note = piece("unsent", { free: !stop.unsent.tries, broken: stop.unsent.answer?.status });
    note.querySelector("[data-act=undo]").addEventListener("click", async () => {
      const gone = await takeBack(stop.unsent.n);
      if (!gone) say(word("on_its_way"));
      else if (gone.kind === "deliver") await app.type(stop.id, { pieces: gone.delivered });
      app.news();
    });
    found.push(note);
  }
  return found;
}
const goods = (stop, chosen) => stop.lines.map((line) => piece("goods", { name: line.name, count: word("times", chosen?.[line.id] ?? line.quantity), price: yuan(line.price_fen) }));

export function stopScreen(app, now, stop) {
  const mine = open(now, stop), draft = app.draft(stop.id), chosen = draft.pieces ?? null;
  const sum = due(stop, chosen), onward = next(now, stop);
  const main = draw("stop", {
    ...navigation(app, stop), notes: notes(app, stop), badge: DONE(stop) ? [badge(stop.state)] : [], number: stop.order, address: stop.address, place: stop.place,
    recipient: stop.recipient, wish: stop.wish, note: stop.note, promise: DONE(stop) ? "" : promise(now, stop), phone: stop.phone, tel: `tel:${stop.phone.replace(/[^\d+]/g, "")}`, open: mine, paid: mine && stop.paid, cash_open: mine && !stop.paid, not_out: !DONE(stop) && !mine, run_url: runOf(now, stop)?.url,
    part: chosen ? word("part_of", count(stop.lines, (line) => chosen[line.id] ?? line.quantity), count(stop.lines)) : "", part_url: url(stop, "part"),
    due: yuan(sum), pieces: word("pieces", count(stop.lines, (line) => chosen?.[line.id] ?? line.quantity)), goods: goods(stop, chosen), done: DONE(stop), kept: DONE(stop) ? kept(stop) : [],
    change_row: false, cash: word("cash", yuan(now.cash_fen)),
  });
  const foot = draw(mine ? "collect" : "onward", { problem: url(stop, "problem"), url: onward ? url(onward) : "#/bag", text: onward ? word("next_stop", onward.number) : word("to_bag"), address: onward?.address });
  if (mine) (stop.paid ? handOver : tender)(app, now, stop, main, foot, { sum, chosen, draft });
  return { title: title(now, stop), back: "#/", sub: "", main, foot, depends: [stop, now.cash_fen, runOf(now, stop)?.state, onward?.id, chosen, minutesLate(now, stop) > 0] };
}
/* What happened at a door, in lines. */
function kept(stop) {
  const lines = [];
  const add = (name, value) => value && lines.push(piece("fact", { name: word(name), value }));
  if (stop.paid) add("taken", word("paid"));
  if (stop.taken_fen) { add("taken", yuan(stop.taken_fen)); add("tendered", stop.tendered_fen && yuan(stop.tendered_fen)); add("change", stop.change_fen && yuan(stop.change_fen)); }
  add("reason", stop.reason_code && word(`reason_${stop.reason_code}`));
  add("note", stop.said);
  if (stop.state === "partly") for (const line of stop.lines) add("kept_of", `${line.name} ${word("part_of", line.delivered, line.quantity)}`);
  return lines;
}
/* What was paid ahead is handed over, and no money is asked for. */
function handOver(app, now, stop, main, foot, { chosen }) {
  const button = foot.querySelector("[data-act=deliver]");
  button.textContent = word(chosen ? "hand_over_part" : "hand_over");
  button.addEventListener("click", () => act(app, now, stop, button, { kind: "deliver", delivered: chosen }));
}
function tender(app, now, stop, main, foot, { sum, chosen, draft }) {
  const button = foot.querySelector("[data-act=deliver]"), panel = main.querySelector("[data-part=cash]");
  const choices = [["exact", word("exact")], ...likely(sum).map((fen) => [String(fen), String(fen / 100)]), ["other", word("other")]];
  panel.querySelector("[data-list=tenders]").replaceChildren(...choices.map(([value, text]) => piece("tender", { tender: value, text })));
  const other = panel.querySelector("[name=other]"), [label, change] = ["label", "amount"].map((name) => panel.querySelector(`[data-change=${name}]`));
  const radios = panel.querySelectorAll("[name=tender]");
  for (const radio of radios) radio.checked = radio.value === draft.tender;
  other.value = draft.other ?? "";
  const given = () => {
    const choice = [...radios].find((radio) => radio.checked)?.value;
    return choice === "exact" ? sum : choice === "other" ? typed(other.value) : choice ? Number(choice) : null;
  };
  const tell = () => {
    const fen = given(), choice = [...radios].find((radio) => radio.checked)?.value, back = fen === null ? null : fen - sum;
    panel.querySelector("[data-part=other]").hidden = choice !== "other";
    panel.querySelector("[data-part=change]").hidden = back === null;
    label.textContent = word(back < 0 ? "missing" : "change");
    change.textContent = back === null ? "" : yuan(Math.abs(back));
    panel.querySelector("[data-change=notes]").textContent = back > 0 ? pieces(back, now.notes_fen).map(([note, many]) => word("note_times", word(`note_${note}`), many)).join(word("comma")) : "";
    button.disabled = back === null || back < 0 || sum <= 0;
    button.textContent = button.disabled ? word(back < 0 ? "too_little" : "what_given") : word(chosen ? "collect_part" : "collect");
  };
  panel.addEventListener("input", () => {
    app.type(stop.id, { tender: [...radios].find((radio) => radio.checked)?.value, other: other.value });
    tell();
  });
  panel.addEventListener("change", (event) => { if (event.target.value === "other") other.focus(); });
  button.addEventListener("click", () => act(app, now, stop, button, { kind: "deliver", delivered: chosen, tendered_fen: given(), change_fen: given() - sum }));
  tell();
}

export const problemScreen = (app, now, stop) => ({
  title: title(now, stop), back: url(stop), depends: stop.state, foot: draw("back", { back: url(stop) }),
  main: draw("problem", { address: stop.address, part: url(stop, "part"), refuse: url(stop, "refuse"), fail: url(stop, "fail"), several: count(stop.lines) > 1 }),
});

/* How many pieces of each line the customer keeps; the sum due follows. */
export function partScreen(app, now, stop) {
  const keeps = Object.fromEntries(stop.lines.map((line) => [line.id, app.draft(stop.id).pieces?.[line.id] ?? line.quantity]));
  const main = draw("part", { address: stop.address });
  const foot = draw("choose", {}), button = foot.querySelector("button");
  const [list, sum, none] = ["[data-list=lines]", "[data-text=due]", "[data-part=none]"].map((place) => main.querySelector(place));
  const tell = () => {
    const many = Object.values(keeps).reduce((all, one) => all + one, 0);
    sum.textContent = yuan(due(stop, keeps));
    none.hidden = many > 0;
    button.disabled = !many;
  };
  list.replaceChildren(...stop.lines.map((line) => {
    const row = piece("step", { name: line.name, price: yuan(line.price_fen), of: word("of", line.quantity) });
    const [less, more] = row.querySelectorAll("button"), shown = row.querySelector("output");
    const set = (value) => {
      keeps[line.id] = Math.max(0, Math.min(line.quantity, value));
      shown.textContent = keeps[line.id];
      [less.disabled, more.disabled] = [!keeps[line.id], keeps[line.id] === line.quantity];
      tell();
    };
    less.addEventListener("click", () => set(keeps[line.id] - 1));
    more.addEventListener("click", () => set(keeps[line.id] + 1));
    set(keeps[line.id]);
    return row;
  }));
  main.querySelector("[data-href=refuse]").href = url(stop, "refuse");
  button.addEventListener("click", async () => {
    const whole = stop.lines.every((line) => keeps[line.id] === line.quantity);
    await app.type(stop.id, { pieces: whole ? null : keeps, tender: undefined });
    location.hash = url(stop);
  });
  return { title: title(now, stop), back: url(stop, "problem"), main, foot, depends: stop.lines };
}
export function reasonScreen(app, now, stop, kind) {
  const main = draw(kind, { address: stop.address }), foot = draw(`${kind}-foot`), button = foot.querySelector("button"), form = main.querySelector("form");
  const draft = app.draft(stop.id)[kind] ?? {};
  form.note.value = draft.note ?? "";
  if (draft.code) form.reason.value = draft.code;
  const tell = () => { button.disabled = !form.reason.value; };
  form.addEventListener("input", () => { app.type(stop.id, { [kind]: { code: form.reason.value, note: form.note.value } }); tell(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  button.addEventListener("click", () => act(app, now, stop, button, { kind, reason_code: form.reason.value, note: form.note.value.trim() }));
  tell();
  return { title: title(now, stop), back: url(stop, "problem"), main, foot, depends: stop.state };
}
