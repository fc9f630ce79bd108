/* Small helps for every page. Each works on attributes, so that pages need no script of their own:
   data-speak="#main"   a button that reads that part aloud; shown only where the browser has a voice
   data-focus           takes the focus when it appears: error summaries, refusals
   data-back            a button that goes one page back; shown only with a page to go to
   data-repeat          on a posting form that may be sent again at once, such as a download
   data-autosubmit      a form that sends itself when a choice changes
   data-print           a button that opens the print dialogue
   data-live="a:1 b:2"  gets the event yz:changed when one of these things has changed; with
                        hx-get hx-trigger="yz:changed" it then reads itself again                    */

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// ── read aloud ──
const voice = window.speechSynthesis;
let reading = null;

function wordsOf(target) {
  const copy = target.cloneNode(true);
  all('[aria-hidden="true"], [hidden], script, style, nav, button, .btn, .yz-kbd, .yz-speak, .yz-no-speech, details:not([open]) > :not(summary), input, select, textarea', copy)
    .forEach((node) => node.remove());
  all('[role="img"][aria-label]', copy).forEach((node) => node.replaceWith(`${node.getAttribute("aria-label")}。`));
  all("h1, h2, h3, p, li, dt, dd, div, section, label, legend, summary, th, td", copy).forEach((node) => node.append("\n"));
  return copy.textContent.split(/\n+|(?<=[。！？；.!?;])/).map((piece) => piece.replace(/\s+/g, " ").trim()).filter(Boolean);
}

function rest() {
  if (!reading) return;
  reading.setAttribute("aria-pressed", "false");
  const words = reading.querySelector("span");
  if (words && reading.dataset.start) words.textContent = reading.dataset.start;
  reading = null;
}

function stopReading() {
  voice.cancel();
  rest();
}

function read(button) {
  const target = document.querySelector(button.dataset.speak);
  if (!target) return;
  stopReading();
  reading = button;
  button.setAttribute("aria-pressed", "true");
  const words = button.querySelector("span");
  if (words && button.dataset.stop) {
    button.dataset.start = words.textContent;
    words.textContent = button.dataset.stop;
  }
  const pieces = wordsOf(target);
  pieces.forEach((piece, index) => {
    const part = new SpeechSynthesisUtterance(piece);
    part.lang = document.documentElement.lang.startsWith("en") ? "en" : "zh-CN";
    part.rate = document.documentElement.dataset.version === "elder" ? 0.85 : 1;
    if (index === pieces.length - 1) part.onend = rest;
    voice.speak(part);
  });
}

// ── for the parts of a page, old and new ──
function prepare(root) {
  if (voice && "SpeechSynthesisUtterance" in window) all("[data-speak]", root).forEach((button) => { button.hidden = false; });
  if (window.history.length > 1) all("[data-back]", root).forEach((button) => { button.hidden = false; });
  const told = root.matches?.("[data-focus]") ? root : root.querySelector?.("[data-focus]");
  if (told) told.focus({ preventScroll: false });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-speak], [data-back], [data-print]");
  if (!button) return;
  if (button.dataset.speak) {
    if (button === reading) stopReading(); else read(button);
  } else if ("print" in button.dataset) window.print();
  else window.history.back();
});
window.addEventListener("pagehide", () => voice?.cancel());

// ── a form is sent once ──
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.target === "_blank" || "repeat" in form.dataset || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) setTimeout(() => { button.setAttribute("aria-busy", "true"); }, 0);
  document.documentElement.dataset.busy = "";
  setTimeout(wake, 15000);
});
function wake() {
  all("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  all('button[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
  delete document.documentElement.dataset.busy;
}
window.addEventListener("pageshow", wake);
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

// ── htmx: 422 is the form again, with what to mend; any other refusal is told at the head of the page ──
document.addEventListener("htmx:beforeRequest", () => { document.documentElement.dataset.busy = ""; });
document.addEventListener("htmx:afterRequest", wake);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isUnattended(event.detail)) { event.detail.shouldSwap = !staysAsItIs(event.detail); return; }
  const status = event.detail.xhr.status;
  if (status < 400) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  const place = document.getElementById("yz-refusals");
  if (status !== 422 && place) {
    event.detail.target = place;
    event.detail.swapOverride = "innerHTML";
  }
});
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

// ── live pages: one stream for all that a page follows, while it is looked at ──
let stream = null;
let followed = "";
const shown = new WeakMap();
const topicsOf = (node) => node.dataset.live.split(/\s+/).filter(Boolean);

// What a part says, without what differs at each reading though nothing has changed.
const said = (node) => node.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "").replace(/\s+/g, " ");
const isUnattended = (detail) => Boolean(detail.requestConfig?.headers["Yizhan-Unattended"]);

// A part is put in the place of the old one only if it says something else, and nobody is just typing there.
function staysAsItIs({ target, serverResponse, xhr }) {
  if (xhr.status !== 200 || (target.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"))) return true;
  const fresh = new DOMParser().parseFromString(serverResponse, "text/html").getElementById(target.id);
  return !fresh || said(fresh) === shown.get(target);
}

function tellChanged(names) {
  all("[data-live]").forEach((node) => {
    if (!names || topicsOf(node).some((name) => names.includes(name))) node.dispatchEvent(new CustomEvent("yz:changed"));
  });
}

function follow() {
  all("[data-live]").forEach((node) => { if (!shown.has(node)) shown.set(node, said(node)); });
  const names = [...new Set(all("[data-live]").flatMap(topicsOf))].sort();
  const wanted = document.hidden ? "" : names.map((name) => `t=${encodeURIComponent(name)}`).join("&");
  if (wanted === followed) return;
  stream?.close();
  stream = null;
  followed = wanted;
  if (!wanted) return;
  stream = new EventSource(`/live/?${wanted}`);
  // Between the reading of the page and the opening of the stream something may have changed; after a break, too.
  stream.addEventListener("open", () => tellChanged());
  stream.addEventListener("changed", (event) => tellChanged(JSON.parse(event.data)));
}
document.addEventListener("visibilitychange", follow);
window.addEventListener("pagehide", () => { stream?.close(); stream = null; followed = ""; });
window.addEventListener("pageshow", follow);
document.addEventListener("htmx:load", follow);
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type === "yz:changed") event.detail.headers["Yizhan-Unattended"] = "1";
});

follow();
prepare(document);
