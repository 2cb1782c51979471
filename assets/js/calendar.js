/* The schedule: EventCalendar over what the server drew. Times are the location's own wall times,
   without a zone, so that the browser's clock plays no part; only the now-line knows the offset. */
import { createCalendar, Interaction, ResourceTimeGrid, TimeGrid } from "@event-calendar/core";
import { load } from "./panel.js";
import { keepFresh } from "./polling.js";

const VIEWS = { day: "resourceTimeGridDay", week: "timeGridWeek" };

function element(tag, text, name) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function wall(date) {
  const two = (number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/* A wall time as milliseconds of a clock that never springs. */
function plain(time) {
  return Date.parse(`${time}Z`);
}

/* A week has no columns but days: one entry for a visit, its practitioner's, from beginning to end. */
function onePerVisit(events) {
  const best = new Map();
  for (const event of events) {
    if (!best.has(event.visit) || (event.lead && !best.get(event.visit).lead)) best.set(event.visit, event);
  }
  return [...best.values()].map((event) => ({ ...event, start: event.at, end: event.until, waits: [] }));
}

function toEntry(event, index) {
  const { start, end, resource, movable, kind, hue, state, lost } = event;
  return {
    id: `${event.visit}:${resource}:${index}`,
    resourceIds: [resource],
    start,
    end,
    startEditable: movable,
    classNames: ["entry", hue, state, kind, ...(lost ? ["lost"] : [])],
    extendedProps: event,
  };
}

function toShade({ resource, start, end, kind, name }) {
  return { resourceIds: [resource], start, end, display: "background", classNames: [kind], extendedProps: { name } };
}

/* Where time does the work, an entry is hatched. */
function hatched({ start, end, waits }) {
  const [from, until] = [plain(start), plain(end)];
  return waits.map((wait) => {
    const strip = element("i", "", "wait");
    strip.append(element("span", wait.name, "unseen"));
    strip.style.top = `${(100 * Math.max(0, plain(wait.start) - from)) / (until - from)}%`;
    strip.style.height = `${(100 * (Math.min(plain(wait.end), until) - Math.max(plain(wait.start), from))) / (until - from)}%`;
    return strip;
  });
}

function entries(drawn, isWeek) {
  const first = drawn.resources[0]?.id;
  const shades = isWeek ? drawn.shades.filter((s) => s.resource === first && s.kind === "closed") : drawn.shades;
  return [...(isWeek ? onePerVisit(drawn.events) : drawn.events).map(toEntry), ...shades.map(toShade)];
}

function toResource({ id, name, sub, kind, slug }) {
  return { id, title: name, extendedProps: { sub, kind, slug } };
}

/* A short visit shows what there is room for; the rest is there to be heard. */
function contentOf({ event }) {
  const { title, note, times, whose, name } = event.extendedProps;
  if (event.display === "background") return { domNodes: name ? [element("span", name)] : [] };
  const minutes = (event.end - event.start) / 60_000;
  return {
    domNodes: [
      element("b", title),
      element("span", note, minutes < 30 ? "unseen" : minutes < 60 ? "" : "long"),
      element("span", times, minutes < 45 ? "unseen" : "num"),
      element("span", whose, "unseen"),
      ...hatched(event.extendedProps),
    ],
  };
}

/* Where a dragged visit is to go. Its room's part may begin later than the visit does, and a room or
   device it is dropped on changes nothing but the time; so does whoever else takes part, dropped anywhere. */
function wish({ event, oldEvent, newResource }) {
  const { at, version, lead } = event.extendedProps;
  const ahead = plain(wall(event.start)) - plain(wall(oldEvent.start));
  const to = new Date(plain(at) + ahead).toISOString().slice(0, 16);
  const body = new FormData();
  body.set("on", to.slice(0, 10));
  body.set("at", to.slice(11));
  body.set("version", version);
  const { kind, slug } = newResource?.extendedProps ?? {};
  if (lead && kind === "practitioner") body.set("practitioner", slug);
  return body;
}

/* The calendar calls itself a table and is none: its entries stand beside the cells. Each entry says by
   itself whose and when it is, so that a plain region serves better. */
function speakPlainly(box) {
  for (const part of box.querySelectorAll("[role]:not([role=button], .ec-main)")) {
    for (const name of ["role", "aria-colindex", "aria-colspan", "aria-rowindex"]) part.removeAttribute(name);
  }
  const main = box.querySelector(".ec-main");
  if (!main || main.tabIndex === 0) return;
  main.tabIndex = 0;
  main.setAttribute("role", "group");
  main.ariaLabel = box.ariaLabel;
}

function start(box) {
  const { feed, tag, view, on, language } = box.dataset;
  const isWeek = view === "week";
  let drawn = JSON.parse(box.dataset.drawn);
  let isBusy = false;
  let refresh = () => {};

  async function drop(info) {
    const done = await load(`${info.event.extendedProps.url}/move`, { method: "POST", body: wish(info), focus: false });
    isBusy = false;
    if (!done) info.revert();
    refresh();
  }

  box.replaceChildren();
  const calendar = createCalendar(box, [ResourceTimeGrid, TimeGrid, Interaction], {
    view: VIEWS[view],
    date: on,
    firstDay: 1,
    locale: language,
    timeZone: drawn.offset,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    nowIndicator: true,
    slotEventOverlap: false,
    slotDuration: "00:30",
    slotLabelInterval: "01:00",
    snapDuration: "00:05",
    slotHeight: 48,
    slotMinTime: drawn.first,
    slotMaxTime: drawn.last,
    slotLabelFormat: { hour: "numeric", minute: "2-digit" },
    columnWidth: isWeek ? "minmax(8rem, 1fr)" : "minmax(8.25rem, 1fr)",
    height: "100%",
    resources: drawn.resources.map(toResource),
    events: entries(drawn, isWeek),
    eventDurationEditable: false,
    eventStartEditable: true,
    eventLongPressDelay: 400,
    eventContent: contentOf,
    resourceLabelContent: ({ resource }) => ({
      domNodes: [element("b", resource.title), element("small", resource.extendedProps.sub)],
    }),
    eventClick: ({ event }) => load(event.extendedProps.url),
    eventDragStart: () => (isBusy = true),
    eventDragStop: () => (isBusy = false),
    eventDrop: (info) => {
      isBusy = true;
      drop(info);
    },
    dateClick: ({ date, resource }) => {
      if (!box.dataset.new) return;
      const slug = resource?.extendedProps.slug;
      const at = `&at=${wall(date)}${slug ? `&practitioner=${slug}` : ""}`;
      location.assign(`${box.dataset.new}${at}`);
    },
  });

  async function show(answer) {
    drawn = await answer.json();
    calendar.setOption("resources", drawn.resources.map(toResource));
    calendar.setOption("events", entries(drawn, isWeek));
    calendar.setOption("slotMinTime", drawn.first);
    calendar.setOption("slotMaxTime", drawn.last);
    calendar.setOption("timeZone", drawn.offset);
  }

  refresh = keepFresh({ url: () => feed, tag, onFresh: show, isBusy: () => isBusy });
  document.addEventListener("schedule-changed", () => refresh());
  new MutationObserver(() => speakPlainly(box)).observe(box, { childList: true, subtree: true });
  speakPlainly(box);
  box.dataset.ready = "";
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const options = { hour: "numeric", minute: "2-digit", timeZone: clock.dataset.clock };
    clock.textContent = new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date());
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("calendar");
  if (box) start(box);
  tick();
  setInterval(tick, 10_000);
});
