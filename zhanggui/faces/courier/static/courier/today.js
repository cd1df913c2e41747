/* Today: the runs, their stops in order, and the one to go to next. */
import { badge, draw, piece, word } from "./draw.js";
import { yuan } from "./money.js";
import { now as clock } from "./shift.js";

export const DONE = (stop) => stop.state !== "waiting";
export const runOf = (now, stop) => now.runs.find((run) => run.id === stop.run);
export const open = (now, stop) => !DONE(stop) && runOf(now, stop)?.state === "out";
/* The stop to go to: the first open one behind this one, else the first open one. */
export function next(now, after) {
  const stops = now.stops.filter((stop) => open(now, stop));
  const place = now.stops.findIndex((stop) => stop.id === after?.id);
  return stops.find((stop) => now.stops.indexOf(stop) > place) ?? stops[0];
}
export const minutesLate = (now, stop) => Math.floor((clock(now) - Date.parse(stop.promised_at)) / 60_000);
export function promise(now, stop) {
  const late = minutesLate(now, stop);
  return late > 0 ? word("late", stop.promised, late) : word("promised", stop.promised);
}

function row(now, stop) {
  const late = !DONE(stop) && minutesLate(now, stop) > 0;
  const made = piece("row", {
    url: `#/stop/${stop.id}`, number: String(stop.number), address: stop.address, place: `${stop.recipient} · ${stop.place}`,
    promise: DONE(stop) ? "" : promise(now, stop), sum: stop.paid ? word("paid") : yuan(DONE(stop) ? stop.taken_fen : stop.due_fen),
    has_sum: !DONE(stop) || stop.taken_fen > 0 || stop.paid, unsent: Boolean(stop.unsent), no: Boolean(stop.no),
    badge: DONE(stop) ? [badge(stop.state)] : [],
  });
  made.classList.toggle("row--done", DONE(stop));
  made.classList.toggle("row--late", late);
  return made;
}
export function todayScreen(app, now) {
  if (!now) return { title: word("today"), main: draw(app.problem ? "nothing" : "waiting"), depends: app.problem };
  const out = now.stops.filter((stop) => runOf(now, stop)?.state === "out");
  const ahead = next(now);
  const runs = now.runs.map((run) => {
    const stops = now.stops.filter((stop) => stop.run === run.id), past = stops.filter(DONE), to_come = stops.filter((stop) => !DONE(stop));
    const made = piece("run", {
      number: run.number, badge: [badge(run.state)], count: word("done_of", past.length, stops.length), url: run.url, planned: run.state === "planned", picked: run.state === "picked",
      stops: to_come.map((stop) => row(now, stop)), past: past.length > 0, count_done: word("done", past.length), done: past.map((stop) => row(now, stop)),
    });
    const details = made.querySelector("details"); // as it was left; with nothing to come it lies open
    details.open = app.opened[run.id] ?? !to_come.length;
    details.addEventListener("toggle", () => { app.opened[run.id] = details.open; });
    return made;
  });
  const done = out.length > 0 && !ahead;
  return {
    title: word("today"), sub: out.length ? word("to_go", out.filter((stop) => !DONE(stop)).length) : "",
    main: runs.length ? draw("today", { done, runs }) : draw("empty"),
    foot: [...(ahead ? [draw("go", { url: `#/stop/${ahead.id}`, text: word("next_stop", ahead.number), address: ahead.address })] : []), draw("dock")],
    depends: [now.runs, now.stops, Math.floor(clock(now) / 60_000)],
  };
}
