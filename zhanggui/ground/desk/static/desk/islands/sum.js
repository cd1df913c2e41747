/* Adds up while people type: input[data-worth] holds pieces, the data-part after it what they are worth, data-sum all. */
const yuan = (fen) => (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export default function (place) {
  const boxes = [...place.querySelectorAll("[data-worth]")];
  const sum = place.querySelector("[data-sum]");
  const add = () => {
    let all = 0;
    for (const box of boxes) {
      const worth = /^\d{1,5}$/.test(box.value) ? Number(box.value) * Number(box.dataset.worth) : 0;
      const part = box.nextElementSibling;
      if (part?.matches("[data-part]")) part.textContent = worth ? yuan(worth) : "";
      all += worth;
    }
    sum.textContent = yuan(all);
  };
  place.addEventListener("input", add);
  setTimeout(add); // a kept draft comes in without a word
}
