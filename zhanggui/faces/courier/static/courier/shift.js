/* The shift: what the server said last, and over it what this phone has done since. */
import { keep, kept } from "./store.js";

export const AFTER = { refuse: "refused", fail: "failed" };
const after = (deed) => AFTER[deed.kind] ?? (deed.delivered ? "partly" : "delivered");
export const taken = (deed) => (deed.kind === "deliver" ? deed.tendered_fen - deed.change_fen : 0);

/* Asks the server; answers {shift, problem}: problem is "", "offline", "signed_out" or "broken". */
export async function fetchShift(former) {
  const headers = former?.etag ? { "If-None-Match": former.etag } : {};
  let answer, body;
  try {
    answer = await fetch("/courier/shift.json", { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(20_000) });
    if (answer.status === 304) return { shift: former, problem: "" };
    if (answer.status === 401) return { shift: former, problem: "signed_out" };
    body = await answer.json();
  } catch { // no line, or a page that some gateway put in between
    return { shift: former, problem: answer?.status >= 500 ? "broken" : "offline" };
  }
  if (answer.status === 404) return { shift: former, problem: "not_yours" };
  if (!answer.ok) return { shift: former, problem: "broken" };
  const shift = { ...body, etag: answer.headers.get("ETag"), skew_ms: Date.parse(body.at) - Date.now(), heard_ms: Date.now() };
  await keep("shift", shift);
  return { shift, problem: "" };
}
export const keptShift = () => kept("shift");

/* Puts what the server answered to a deed into the kept shift, so that it shows without asking again. */
export async function heard(shift, said) {
  if (!shift || !said.stop) return shift;
  const stops = shift.stops.map((stop) => (stop.id === said.stop.id ? { ...stop, ...said.stop } : stop));
  const newer = { ...shift, stops, cash_fen: said.cash_fen, etag: null };
  await keep("shift", newer);
  return newer;
}
export const now = (shift) => new Date(Date.now() + (shift?.skew_ms ?? 0));

/* The shift as it is at this phone: each stop with its deeds, the money and goods carried. */
export function standing(shift, deeds) {
  const mine = deeds.filter((deed) => deed.person === shift.me.id);
  const last = (stop, state) => mine.findLast((deed) => deed.stop === stop.id && deed.state === state);
  const stops = shift.stops.map((stop) => {
    const unsent = last(stop, "waiting"), no = last(stop, "refused");
    const deed = unsent ?? last(stop, "sent");
    if (stop.state !== "waiting" || !deed) return { ...stop, unsent, no };
    const done = { state: after(deed), reason_code: deed.reason_code, said: deed.note, done_at: deed.device_at, tendered_fen: deed.tendered_fen, change_fen: deed.change_fen, taken_fen: taken(deed) };
    const lines = stop.lines.map((line) => ({ ...line, delivered: deed.kind === "deliver" ? deed.delivered?.[line.id] ?? line.quantity : 0 }));
    return { ...stop, ...done, lines, unsent, no };
  });
  const cash_fen = shift.cash_fen + mine.filter((deed) => deed.state === "waiting").reduce((sum, deed) => sum + taken(deed), 0);
  return { ...shift, stops, cash_fen, bag: bag(shift, stops) };
}
/* What is in the bag: the server's list less what was handed over and is not yet sent. */
function bag(shift, stops) {
  const gone = {};
  for (const stop of stops)
    if (stop.unsent?.kind === "deliver")
      for (const line of stop.lines) gone[line.sku] = (gone[line.sku] ?? 0) + line.delivered;
  return shift.bag.map((goods) => ({ ...goods, quantity: goods.quantity - (gone[goods.sku] ?? 0) })).filter((goods) => goods.quantity > 0);
}
