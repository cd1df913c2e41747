/* The outbox: every deed is kept before it is sent, sent in order, and stays until it is answered. */
import { addDeed, changeDeed, deeds } from "./store.js";

const SENT_KEPT_MS = 3 * 86_400_000;
/* How long a sent deed is shown; what is not sent stays for good. */
const WAITS_MS = [4_000, 8_000, 15_000, 30_000, 60_000];
let token, busy, again, failures = 0, timer, told = () => {};

const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

export function onNews(listener) { told = listener; }

/* Keeps a deed and begins sending; resolves when the phone has it on disk. */
export async function put(deed) {
  navigator.storage?.persist?.();
  const stored = await addDeed({ ...deed, key: uuid(), state: "waiting", tries: 0, answer: null });
  send();
  return stored;
}
/* Takes back a deed that was never on its way; tells whether it still could. */
export const takeBack = (n) => changeDeed(n, (deed) => (deed.state === "waiting" && !deed.tries ? null : undefined));
/* Puts a refused deed into the row again, or beside it: it is never thrown away. */
export const sendAgain = (n) => changeDeed(n, (deed) => (deed.state === "refused" ? { ...deed, state: "waiting", answer: null } : undefined)).then(send);
export const putAside = (n) => changeDeed(n, (deed) => (deed.state === "refused" ? { ...deed, state: "aside" } : undefined));

/* Sends what waits, one after the other; a second call while one runs makes it look once more. */
export async function send() {
  clearTimeout(timer);
  if (busy) { again = true; return; }
  busy = true;
  do {
    again = false;
    const work = (lock) => (lock === null ? null : round());
    const left = await (navigator.locks?.request("courier-outbox", { ifAvailable: true }, work) ?? work()).catch(() => "offline");
    failures = left ? failures + 1 : 0;
    if (left || left === null) timer = setTimeout(send, WAITS_MS[Math.min(failures, WAITS_MS.length) - 1] ?? WAITS_MS[0]);
  } while (again);
  busy = false;
}
/* One walk through the row; answers what stopped it: "", "offline", "signed_out", "foreign" or "broken". */
async function round() {
  const stuck = new Set(), waiting = (await deeds()).filter((deed) => deed.state === "waiting");
  let left = waiting.length && !navigator.onLine ? "offline" : "";
  for (const { n, stop, person } of left ? [] : waiting) {
    if (stuck.has(stop)) continue;
    if (!token || token.me !== person) token = await fetchToken();
    if (typeof token === "string") { left = token; token = undefined; break; }
    if (token.me !== person) { left = "foreign"; continue; }
    const deed = await changeDeed(n, (now) => (now.state === "waiting" ? { ...now, tries: now.tries + 1 } : undefined));
    if (!deed) continue;
    let said = await post(deed);
    if (said.status === 403 && !said.body) {
      token = await fetchToken();
      said = typeof token === "string" ? { problem: token } : token.me === person ? await post(deed) : { problem: "foreign" };
    }
    if (said.body?.code === "other_courier") said = { problem: "foreign" };
    if (said.problem) { left = said.problem; token = undefined; break; }
    if (said.body?.ok) await changeDeed(n, (now) => ({ ...now, state: "sent", sent_ms: Date.now(), answer: { late: said.body.late } }));
    else if (said.body?.code && said.status < 500 && said.status !== 429) await changeDeed(n, (now) => ({ ...now, state: "refused", answer: { ...said.body, status: said.status } }));
    else { left = "broken"; stuck.add(stop); await changeDeed(n, (now) => ({ ...now, answer: { status: said.status } })); }
    await told({ deed, said: said.body ?? {} });
  }
  for (const old of await deeds())
    if (old.state === "sent" && Date.now() - old.sent_ms > SENT_KEPT_MS) await changeDeed(old.n, () => null);
  await told({ left });
  return left;
}
async function fetchToken() {
  try {
    const answer = await fetch("/courier/token/", { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(20_000) });
    return answer.ok ? await answer.json() : answer.status === 401 ? "signed_out" : answer.status >= 500 ? "broken" : "foreign";
  } catch { return "offline"; }
}
async function post({ key, person, kind, stop, delivered, tendered_fen, change_fen, reason_code, note, device_at }) {
  const body = JSON.stringify({ key, courier: person, kind, stop, delivered, tendered_fen, change_fen, reason_code, note, device_at });
  try {
    const answer = await fetch("/courier/deeds/", { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token.token }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(30_000) });
    if (answer.status === 401) return { problem: "signed_out" };
    const data = answer.headers.get("Content-Type")?.includes("json");
    if (answer.ok && !data) return { problem: "offline" }; // a gateway's page, not our server
    return { status: answer.status, body: data ? await answer.json() : null };
  } catch { return { problem: "offline" }; }
}
