/* htmx, told how by the meta tag in layouts/base.html. Requests that change something carry
   the page's CSRF token; trouble on the way is said in the page's own words. */
import htmx from "htmx.org";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token.content;
});

function tellTrouble() {
  const region = document.getElementById("flashes");
  const words = region?.querySelector("template");
  if (words) region.replaceChildren(words, words.content.cloneNode(true));
}

/* What another script put into the page may wait for news as well. */
document.addEventListener("panel-shown", ({ target }) => htmx.process(target));

document.addEventListener("htmx:responseError", tellTrouble);
document.addEventListener("htmx:sendError", tellTrouble);
