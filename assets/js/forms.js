/* A password can be shown while it is typed; a summary of errors gets the focus. */
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-reveals]");
  const input = button && document.getElementById(button.dataset.reveals);
  if (!input) return;
  const isShown = input.type === "password";
  input.type = isShown ? "text" : "password";
  button.setAttribute("aria-pressed", String(isShown));
});

function prepare() {
  for (const button of document.querySelectorAll("[data-reveals]")) button.hidden = false;
  document.querySelector(".error-summary")?.focus();
}

document.addEventListener("DOMContentLoaded", prepare);
document.addEventListener("htmx:afterSettle", prepare);
