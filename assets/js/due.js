/* Counts on from what the server said was left until a decision is due, by a clock that no change of
   the device's time moves. The words come from the page. */
const SOON = 2 * 3600;

function tick() {
  for (const due of document.querySelectorAll("[data-due-in]")) {
    due.dueBegan ??= performance.now();
    const left = Math.max(0, Math.floor(due.dataset.dueIn - (performance.now() - due.dueBegan) / 1000));
    const said = due.querySelector("[data-due-left]");
    const words = { h: Math.floor(left / 3600), m: Math.floor((left % 3600) / 60) };
    said.textContent = said.dataset.dueLeft.replace(/\{(h|m)\}/g, (_, name) => words[name]);
    due.classList.toggle("stop", left <= SOON);
    due.classList.toggle("warn", left > SOON);
  }
}

document.addEventListener("DOMContentLoaded", tick);
document.addEventListener("panel-shown", tick);
setInterval(tick, 10_000);
