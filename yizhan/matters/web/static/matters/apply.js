// What has been typed is kept when the page is left before the field is; and it is said where keeping fails.
const form = document.getElementById("apply");
const saved = document.getElementById("yz-saved");
let typed = false;

function keep() {
  if (!typed || !form.dataset.save) return;
  typed = false;
  navigator.sendBeacon(form.dataset.save, new FormData(form));
}

if (form && form.dataset.save) {
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  document.addEventListener("htmx:afterOnLoad", () => { typed = false; });
  document.addEventListener("htmx:sendError", () => { if (saved) saved.textContent = form.dataset.unsaved; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  window.addEventListener("pagehide", keep);
}
