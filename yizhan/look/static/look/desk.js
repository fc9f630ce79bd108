/* The keyboard of desks and offices, and the clock in the header.
   data-key="F9"   the button or link that this key presses
   data-find       the field that "/" goes to; where there is none, "/" presses data-key="/"
   data-rows       a table in which J and K go down and up, Enter opens (data-open or the first link), X ticks */

const NAMES = { weekday: "short", month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit", hour12: false };
const typing = (node) => node.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const shown = (node) => node.offsetParent !== null || node.getClientRects().length > 0;

function press(key) {
  const found = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key && shown(node) && !node.disabled);
  if (!found) return false;
  found.click();
  return true;
}

function rows() {
  return [...document.querySelectorAll("[data-rows] tbody tr")].filter(shown);
}

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.findIndex((row) => row.classList.contains("is-at"));
  const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
  list.forEach((row) => row.classList.toggle("is-at", row === next));
  const link = next.querySelector("[data-open], td a, th a");
  (link ?? next).focus();
  next.scrollIntoView({ block: "nearest" });
}

function current() {
  return document.activeElement?.closest?.("[data-rows] tbody tr") ?? document.querySelector("[data-rows] tr.is-at");
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (/^F\d{1,2}$/.test(event.key)) {
    if (press(event.key)) event.preventDefault();
    return;
  }
  if (typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "/") {
    const field = document.querySelector("[data-find]");
    if (field) { event.preventDefault(); field.focus(); field.select?.(); }
    else if (press("/")) event.preventDefault();
  } else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x") current()?.querySelector("input[type=checkbox]")?.click();
  else if (key === "enter" && event.target === document.body) current()?.querySelector("[data-open], td a")?.click();
});

document.querySelectorAll("[data-key]").forEach((node) => node.setAttribute("aria-keyshortcuts", node.dataset.key));

const clock = document.querySelector("[data-clock]");
if (clock) {
  const lang = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
  const part = new Intl.DateTimeFormat(lang, { ...NAMES, timeZone: "Asia/Shanghai" });
  const tick = () => {
    const found = Object.fromEntries(part.formatToParts(new Date()).map((piece) => [piece.type, piece.value]));
    const day = lang === "zh-CN" ? `${found.month}月${found.day}日 ${found.weekday}` : `${found.weekday} ${found.day} ${new Intl.DateTimeFormat(lang, { month: "short", timeZone: "Asia/Shanghai" }).format(new Date())}`;
    clock.textContent = `${day} ${found.hour}:${found.minute}`;
  };
  tick();
  setInterval(tick, 15000);
}

// Where the ways lie in one line, the one that is open is in sight.
const ways = document.querySelector(".yz-desktop nav");
const open = ways?.querySelector("[aria-current]");
if (open && ways.scrollWidth > ways.clientWidth) ways.scrollLeft = open.offsetLeft - ways.offsetLeft - 24;
