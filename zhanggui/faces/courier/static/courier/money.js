/* Money at the door, in whole fen: what is due, what customers give, what they get back. */
export function yuan(fen) {
  const whole = Math.floor(Math.abs(fen) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "−" : ""}¥${whole}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;
}
/* The fen of a typed amount of yuan, null for what is none; nothing is rounded away. */
export function typed(text) {
  const plain = text.normalize("NFKC").replace(/[\s,¥元]/g, "");
  const match = /^(\d{1,6})(?:\.(\d{0,2}))?$/.exec(plain);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : null;
}
/* What is due for so many pieces of each line; null stands for all. What an order costs less than its
   goods is spread over them in proportion, the larger remainder first, as the books do it. */
export function due(stop, keeps) {
  if (!keeps) return stop.due_fen;
  const sum = (count) => stop.lines.reduce((fen, line) => fen + count(line) * line.price_fen, 0);
  const all = sum((line) => line.quantity), part = sum((line) => keeps[line.id] ?? line.quantity);
  if (stop.due_fen === all || part === 0 || part >= all) return Math.min(part, stop.due_fen);
  const over = (stop.due_fen * part) % all, rest = (stop.due_fen * (all - part)) % all;
  return Math.floor((stop.due_fen * part) / all) + (over > 0 && over >= rest ? 1 : 0);
}
/* The two sums of notes a customer most likely gives for an amount he has not exactly. */
export function likely(fen) {
  const above = (step) => (Math.floor(fen / step) + 1) * step;
  const sums = [...new Set([above(1_000), above(5_000), above(10_000)])];
  if (sums.length === 3) sums.splice(fen < 2_000 ? 2 : 0, 1);
  if (sums.length === 1) sums.push(sums[0] + 5_000);
  return sums;
}
/* The fewest notes and coins that make an amount: [[fen of one, how many]]; what no coin makes is left. */
export function pieces(fen, notes) {
  const made = [];
  for (const note of notes) {
    const count = Math.floor(fen / note);
    if (count) made.push([note, count]);
    fen -= count * note;
  }
  return made;
}
