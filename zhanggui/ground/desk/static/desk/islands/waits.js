/* Lets every shown wait grow by itself: data-wait="seconds when the page was drawn". */
const born = new WeakMap();
export default function (place) {
  const words = (place.dataset.waitWords ?? "").split("|");
  if (words.length !== 6) return;
  const fill = (pattern, ...numbers) => pattern.replace(/#/g, () => numbers.shift());
  const say = (s) => {
    const m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    if (m < 1) return words[0];
    if (h < 1) return fill(words[1], m);
    if (d < 1) return m % 60 ? fill(words[3], h, m % 60) : fill(words[2], h);
    return d >= 3 || h % 24 === 0 ? fill(words[4], d) : fill(words[5], d, h % 24);
  };
  const tick = () => {
    if (document.hidden) return;
    for (const shown of document.querySelectorAll("[data-wait]")) {
      const mark = born.get(shown);
      const given = Number(shown.dataset.wait);
      if (mark?.given !== given) { born.set(shown, { given, at: Date.now() }); continue; }
      const text = say(given + (Date.now() - mark.at) / 1000);
      if (shown.textContent !== text) shown.textContent = text;
    }
  };
  tick();
  setInterval(tick, 15000);
  document.addEventListener("visibilitychange", tick);
}
