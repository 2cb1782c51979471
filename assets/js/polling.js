/* Ask an address again every two seconds, telling what is known of it; an answer comes only when
   something has changed. A page that nobody sees asks nothing. */
const EVERY = 2000;

export function keepFresh({ url, tag, onFresh, isBusy = () => false, headers = {} }) {
  let known = tag ? `"${tag}"` : "";
  let waiting;
  let asking = false;

  async function ask() {
    if (asking || document.hidden || isBusy()) return;
    asking = true;
    try {
      const answer = await fetch(url(), { headers: { ...headers, "If-None-Match": known } });
      if (answer.redirected) location.reload();
      else if (answer.ok && !isBusy()) {
        await onFresh(answer);
        known = answer.headers.get("ETag") ?? "";
      }
    } catch {
      /* Away for a moment; the next round asks again. */
    } finally {
      asking = false;
    }
  }

  async function round() {
    clearTimeout(waiting);
    await ask();
    clearTimeout(waiting);
    waiting = setTimeout(round, EVERY);
  }

  document.addEventListener("visibilitychange", () => document.hidden || round());
  waiting = setTimeout(round, EVERY);
  return round;
}
