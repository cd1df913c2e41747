/* Ticks all orders of an area at once, and shows when all of them are ticked. */
const form = document.getElementById("plan");
const boxes = (group) => [...group.querySelectorAll('input[name="orders"]')];
function show(group) {
  const all = group.querySelector("[data-all]"), mine = boxes(group);
  const ticked = mine.filter((box) => box.checked).length;
  all.checked = ticked === mine.length;
  all.indeterminate = ticked > 0 && ticked < mine.length;
}
if (form) {
  // Before htmx asks for the estimate, so that it is asked for what is ticked now.
  form.addEventListener("change", (event) => {
    const group = event.target.closest("[data-group]");
    if (!group) return;
    if (event.target.matches("[data-all]")) for (const box of boxes(group)) box.checked = event.target.checked;
    show(group);
  });
  for (const group of form.querySelectorAll("[data-group]")) show(group);
}
