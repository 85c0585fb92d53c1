// Keeps notes while they are typed, remembers where reading stopped, and takes answers and finished
// lessons without a network. Without this file the buttons of the page do the same.

import * as kept from "./kept.js";

const article = document.querySelector("article[data-lesson]");
const say = article.dataset;
const data = JSON.parse(say.lesson);
const about = { course: data.course, lesson: data.lesson };
const offline = () => !navigator.onLine || kept.failing;

// --- notes and reflections -----------------------------------------------------------------------
const fields = new Map();
for (const form of article.querySelectorAll("form[data-note]")) {
  const block = form.dataset.note;
  const id = `note|${data.lesson}|${block}`;
  const box = form.querySelector("textarea");
  const status = form.querySelector("[data-note-status]");
  fields.set(id, { box, status });
  form.removeAttribute("data-unsaved"); // What is typed is kept, so nothing warns.
  const keep = (wait) => {
    const sequence = kept.next(data.sequences[block] ?? 0);
    kept.put(id, { kind: "note", block, ...about, answers: [box.value], sequence }, wait);
    if (offline()) tell(status, say.waiting);
  };
  const waits = kept.read()[id];
  if (waits && waits.sequence > (data.sequences[block] ?? 0)) {
    box.value = waits.answers[0];
    kept.next(waits.sequence);
    tell(status, say.restored);
  }
  box.addEventListener("input", () => keep());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(0);
  });
}

function tell(status, words, href = "", link = "") {
  if (status.dataset.words === words) return;
  status.dataset.words = words;
  status.textContent = words;
  if (!href) return;
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = link;
  status.append(" ", anchor);
}

// --- checks and stories without a network --------------------------------------------------------
function line(form) {
  let status = form.querySelector("[data-line]");
  if (!status) {
    status = document.createElement("p");
    status.className = "small";
    status.setAttribute("role", "status");
    status.dataset.line = "";
    form.append(status);
  }
  return status;
}

const checks = new Map();
for (const form of article.querySelectorAll("form[data-check]")) {
  const block = form.dataset.check;
  const id = `note|${data.lesson}|${block}`;
  const waits = kept.read()[id];
  if (waits && waits.sequence > (data.sequences[block] ?? 0)) {
    const box = form.querySelector(`input[value="${CSS.escape(waits.answers[0])}"]`);
    if (box) box.checked = true;
    checks.set(id, form);
    line(form).textContent = say.check;
  }
  form.addEventListener("submit", (event) => {
    if (!offline()) return;
    event.preventDefault();
    const answers = [form.querySelector(":checked").value];
    const sequence = kept.next(data.sequences[block] ?? 0);
    kept.put(id, { kind: "note", block, ...about, answers, sequence });
    checks.set(id, form);
    line(form).textContent = say.check;
  });
}
for (const form of article.querySelectorAll("form[data-story]")) {
  form.addEventListener("submit", (event) => {
    if (!offline()) return;
    event.preventDefault();
    line(form).textContent = say.story;
  });
}

// --- finishing without a network -----------------------------------------------------------------
const finish = document.querySelector("form[data-finish]");
const ending = `finish|${data.lesson}|${data.label}`;
if (finish && kept.read()[ending]) finished();
finish?.addEventListener("submit", (event) => {
  if (!offline()) return;
  event.preventDefault();
  event.stopPropagation();
  kept.put(ending, { kind: "finish", ...about, label: data.label, sequence: kept.next() });
  finished();
  location.assign(finish.dataset.finish);
});

function finished() {
  const link = document.createElement("a");
  link.className = "usa-button";
  link.rel = "next";
  link.href = finish.dataset.finish;
  link.textContent = finish.textContent.trim();
  finish.replaceWith(link);
  document.querySelector(".stepbar__status").textContent = say.finished;
}

// --- what became of it ---------------------------------------------------------------------------
kept.news.addEventListener("sent", ({ detail }) => {
  const items = kept.read();
  for (const [id, { status }] of fields) {
    if (detail.state === "saved" && detail.ids.includes(id)) {
      if (detail.refused.has(id)) tell(status, detail.refused.get(id));
      else if (!items[id]) tell(status, say.saved.replace("{time}", detail.time));
    } else if (items[id] && detail.state === "out") {
      const back = encodeURIComponent(`${location.pathname}#${fieldId(id)}`);
      tell(status, say.out, `${say.login}?next=${back}`, say.signIn);
    } else if (items[id] && detail.state === "waiting") tell(status, say.waiting);
  }
  if (detail.state !== "saved") return;
  for (const [id, form] of checks) {
    if (!detail.ids.includes(id)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "linkish";
    button.textContent = say.see;
    button.addEventListener("click", () => location.reload());
    line(form).replaceChildren(say.saved.replace("{time}", detail.time), " ", button);
    checks.delete(id);
  }
  if (detail.finished) location.assign(detail.finished);
});
const fieldId = (id) => `${id.split("|")[2]}-now`;

// --- the place -----------------------------------------------------------------------------------
const marks = [...article.querySelectorAll(":is(h2, h3, p, li)[id], section.task[id]")];
let stood = null;
let timer = 0;

function place() {
  const top = 120;
  const above = marks.filter((each) => each.getBoundingClientRect().top <= top);
  const box = article.getBoundingClientRect();
  const way = Math.max(1, box.height - innerHeight);
  return {
    anchor: above.at(-1)?.id ?? "",
    percent: Math.round(Math.min(100, Math.max(0, (-box.top / way) * 100))),
  };
}

function note() {
  const here = place();
  if (stood && stood.anchor === here.anchor) return;
  stood = here;
  const id = `place|${data.lesson}`;
  kept.put(id, { kind: "place", ...about, ...here, sequence: kept.next() });
}
function noteSoon(wait) {
  clearTimeout(timer);
  timer = setTimeout(note, wait);
}
addEventListener("scroll", () => noteSoon(1500), { passive: true });
// Before kept.js sends what there is.
document.addEventListener(
  "visibilitychange",
  () => {
    if (document.visibilityState === "hidden") note();
  },
  true,
);
noteSoon(2500);
if (kept.waiting().length) kept.send();
