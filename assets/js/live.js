/* What stands in [data-live] keeps itself fresh: with the fragment that its address answers, or with
   the same part of the whole page where the address answers with data. */
import { keepFresh } from "./polling.js";

async function fragmentOf(answer) {
  if (answer.headers.get("Content-Type")?.startsWith("text/html")) return answer.text();
  const page = await fetch(location.href);
  const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
  return parsed.querySelector("[data-live]").innerHTML;
}

document.addEventListener("DOMContentLoaded", () => {
  for (const part of document.querySelectorAll("[data-live]")) {
    keepFresh({
      url: () => part.dataset.live,
      tag: part.dataset.tag,
      headers: { "HX-Request": "true" },
      isBusy: () => part.contains(document.activeElement),
      onFresh: async (answer) => {
        part.innerHTML = await fragmentOf(answer);
      },
    });
  }
});
