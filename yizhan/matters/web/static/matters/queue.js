/* Many cases to one examiner: tick the whole page, and read how many are ticked.
   data-tick-all   ticks every row's box; without script it stays away
   data-chosen     the words that count them, with {n}
   data-wanting    what to do first, where nothing is ticked or nobody chosen; what was ticked stays so */

const all = document.querySelector("[data-tick-all]");
const words = document.querySelector("[data-chosen]");
const boxes = [...document.querySelectorAll("[data-rows] tbody input[type=checkbox]")];

function count() {
  const chosen = boxes.filter((box) => box.checked).length;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
  words.textContent = words.dataset.chosen.replace("{n}", chosen);
}

document.querySelector("#assign")?.addEventListener("submit", (event) => {
  const to = document.querySelector("#to");
  if (to.value && boxes.some((box) => box.checked)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const told = document.querySelector("[data-wanting]");
  told.textContent = told.dataset.wanting;
  (boxes.some((box) => box.checked) ? to : all).focus();
}, { capture: true });

if (all && words) {
  all.hidden = false;
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); count(); });
  boxes.forEach((box) => box.addEventListener("change", count));
  window.addEventListener("pageshow", count);
  count();
}
