/* The panel beside the calendar; on a phone, a sheet over it. Its pages are the same that open by
   themselves without this script: links and forms marked data-in-panel stay inside. */
const wide = matchMedia("(min-width: 1080px)");
const panel = () => document.getElementById("panel");
const content = () => document.getElementById("panel-content");

function settle() {
  const dialog = panel();
  if (!dialog) return;
  if (dialog.open) dialog.close();
  dialog.open = wide.matches;
}

function reveal() {
  if (!wide.matches && !panel().open) panel().showModal();
}

function tellTrouble() {
  document.dispatchEvent(new CustomEvent("htmx:sendError"));
}

/* Show what *url* answers; return whether it was what was wished for. Anything that is no page of
   ours (signed out, a fault) opens by itself instead. */
export async function load(url, { method = "GET", body, focus = true } = {}) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const headers = { "HX-Request": "true", ...(method === "GET" ? {} : { "X-CSRFToken": token }) };
  let answer;
  try {
    answer = await fetch(url, { method, body, headers });
  } catch {
    tellTrouble();
    return false;
  }
  const html = await answer.text();
  if (answer.redirected || !html.includes("data-focus")) {
    location.assign(method === "GET" ? url : location.href);
    return false;
  }
  content().innerHTML = html;
  content().dispatchEvent(new Event("panel-shown", { bubbles: true }));
  reveal();
  if (focus) content().querySelector("[data-focus]")?.focus();
  if (answer.headers.get("HX-Trigger")) document.dispatchEvent(new CustomEvent("schedule-changed"));
  return answer.ok;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-visit-link], #panel a[data-in-panel]");
  if (!link || !panel() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("#panel form[data-in-panel]");
  if (!form) return;
  event.preventDefault();
  const action = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
  load(action, { method: "POST", body: new FormData(form, event.submitter) });
});

document.addEventListener("DOMContentLoaded", settle);
wide.addEventListener("change", settle);
