/* Adds up while people type: input[data-worth] holds pieces, data-part its row's worth, data-sum all. */
const yuan = (fen) => (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export default function (place) {
  const boxes = [...place.querySelectorAll("[data-worth]")];
  const sum = place.querySelector("[data-sum]");
  const add = () => {
    let all = 0;
    for (const box of boxes) {
      const worth = /^\d{1,5}$/.test(box.value) ? Number(box.value) * Number(box.dataset.worth) : 0;
      const part = box.closest("tr")?.querySelector("[data-part]");
      if (part) part.textContent = worth ? yuan(worth) : "";
      all += worth;
    }
    sum.textContent = yuan(all);
  };
  place.addEventListener("input", add);
  setTimeout(add); // a kept draft comes in without a word
}
