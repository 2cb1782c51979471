/* Booking: how long a time is still kept, times in the visitor's own zone, and one press per form.
   Every page works without any of it. */
const whenReady = (work) => {
  document.addEventListener("DOMContentLoaded", work);
  document.addEventListener("htmx:afterSettle", work);
};

/* Counts down what the server said was left, by a clock that no change of the device's time moves. */
function countDown() {
  const kept = document.querySelector("[data-seconds-left]:not([data-running])");
  if (!kept) return;
  kept.dataset.running = "";
  const began = performance.now();
  const shown = document.querySelectorAll("[data-countdown]");
  for (const place of document.querySelectorAll("[data-until]")) place.hidden = true;
  const tick = () => {
    const left = Math.max(0, Math.round(kept.dataset.secondsLeft - (performance.now() - began) / 1000));
    const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    for (const place of shown) {
      place.hidden = false;
      place.textContent = text;
    }
    if (left) return void setTimeout(tick, 500);
    for (const place of document.querySelectorAll("[data-ran-out]")) place.hidden = false;
  };
  tick();
}

/* A page from the browser's own memory shows an old count: ask for it anew. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && document.querySelector("[data-seconds-left]")) location.reload();
});

/* Where the device's clock differs from the clinic's, each time shows both. */
function showOwnZone() {
  const line = document.querySelector("[data-zone]:not([data-told])");
  const times = [...document.querySelectorAll("[data-instant]")];
  if (!line || !times.length) return;
  line.dataset.told = "";
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const language = document.documentElement.lang || locale;
  const clock = (zone, weekday) => Intl.DateTimeFormat(language, { timeZone: zone, weekday, hour: "numeric", minute: "2-digit" });
  const day = (zone, instant) => Intl.DateTimeFormat(language, { timeZone: zone, weekday: "short" }).format(instant);
  const here = clock(line.dataset.zone, "short");
  let isOther = false;
  for (const button of times) {
    const instant = new Date(button.dataset.instant);
    if (here.format(instant) === clock(timeZone, "short").format(instant)) continue;
    isOther = true;
    const isSameDay = day(timeZone, instant) === day(line.dataset.zone, instant);
    const small = document.createElement("small");
    small.textContent = clock(timeZone, isSameDay ? undefined : "short").format(instant);
    button.append(small);
  }
  const words = line.querySelector("[data-own-zone]");
  if (!isOther || !words) return;
  words.textContent = words.dataset.ownZone.replace("{zone}", timeZone.replaceAll("_", " "));
  words.hidden = false;
}

/* A second press while the first is on its way does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

whenReady(countDown);
whenReady(showOwnZone);
