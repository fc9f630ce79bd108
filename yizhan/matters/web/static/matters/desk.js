/* data-pick   a list under the field that finds (data-find): the arrows go down into it and up again.

   A clerk types and presses on while an answer is on its way. What was chosen or typed since the question was sent is
   put into the fresh part too, so that nothing quick is lost. */

const since = new Map();
let asked = 0;

const nameOf = (field) => (["radio", "checkbox"].includes(field.type) ? `${field.name}=${field.value}` : field.name);

function remember(event) {
  const field = event.target;
  if (!asked || !field.name || !field.matches("input:not([type=file], [type=hidden]), select, textarea")) return;
  if (field.type === "radio") [...since.keys()].filter((key) => key.startsWith(`${field.name}=`)).forEach((key) => since.delete(key));
  since.set(nameOf(field), { type: field.type, name: field.name, value: field.value, checked: field.checked });
}

function putBack() {
  since.forEach((was) => {
    const fields = [...document.getElementsByName(was.name)];
    if (was.type === "radio" || was.type === "checkbox") {
      const field = fields.find((one) => one.value === was.value);
      if (field && !field.disabled) field.checked = was.checked;
    } else if (fields[0] && !fields[0].disabled) {
      fields[0].value = was.value;
    }
  });
}

document.addEventListener("input", remember);
document.addEventListener("change", remember);
document.addEventListener("htmx:beforeRequest", () => { asked += 1; since.clear(); });
document.addEventListener("htmx:afterSwap", putBack);
document.addEventListener("htmx:afterRequest", () => { asked = Math.max(0, asked - 1); });

// ── the arrows, from the field that finds into what it found ──
function pick(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = step ? [...document.querySelectorAll("[data-pick] a[href], [data-pick] button")] : [];
  const at = list.indexOf(document.activeElement);
  if (!list.length || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (at < 0 && !(step === 1 && document.activeElement.matches?.("[data-find]"))) return;
  event.preventDefault();
  (list[at + step] ?? (step < 0 ? document.querySelector("[data-find]") : list.at(-1))).focus();
}
document.addEventListener("keydown", pick);
