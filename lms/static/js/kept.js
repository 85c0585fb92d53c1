// What this device keeps for one person until it is sent: notes, answers, places, finished lessons.
// It survives a reload, a closed tab and a new sign-in; another person never gets to see it.

const page = document.documentElement.dataset;
const address = document.querySelector("[data-send]")?.dataset.send;
const BATCH = 100;
const LONGEST_WAIT = 60_000;

export const who = page.who ?? "";
const name = `kept:${who}`;
let memory = {};
let timer = 0;
let sending = false;
let failures = 0;
let ahead = 0; // ms by which the server's clock is ahead of this one
let last = 0;
let closed = false;

export const news = new EventTarget();
export let failing = false;

export function read() {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return memory;
  }
}

function write(items) {
  memory = items;
  try {
    if (Object.keys(items).length) {
      localStorage.setItem("kept-who", who);
      localStorage.setItem(name, JSON.stringify(items));
    } else localStorage.removeItem(name);
    if (!localStorage.getItem(name) && !localStorage.getItem("pins")) {
      localStorage.removeItem("kept-who");
    }
  } catch {
    // A browser without storage keeps it as long as the page is open.
  }
}

export const waiting = () => Object.values(read()).filter((item) => !item.refused);

// Later than all before, on the server's clock as far as it is known.
export const next = (known = 0) => (last = Math.max(Date.now() + ahead, last + 1, known + 1));

export function put(id, item, wait = 1500) {
  if (closed) return;
  const items = read();
  items[id] = { ...item, id, at: Date.now() };
  write(items);
  if (!failures) later(wait);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

function tell(state, detail = {}) {
  failing = state === "waiting";
  news.dispatchEvent(new CustomEvent("sent", { detail: { state, ...detail } }));
}

export async function send({ keepalive = false } = {}) {
  const items = waiting().slice(0, BATCH);
  if (sending || !items.length || !who || !address) return;
  sending = true;
  try {
    const now = Date.now();
    const response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      keepalive,
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token(),
        Accept: "application/json",
      },
      body: JSON.stringify({ who, items: items.map((item) => ({ ...item, age: now - item.at })) }),
      signal: AbortSignal.timeout(20_000),
    });
    if (response.ok) settle(items, await response.json());
    else if ([401, 403].includes(response.status) || response.type === "opaqueredirect") {
      tell("out");
      backOff();
    } else if (response.status === 409) {
      tell("else");
    } else {
      tell("waiting");
      backOff();
    }
  } catch {
    tell("waiting");
    backOff();
  } finally {
    sending = false;
  }
}

function settle(sent, answer) {
  failures = 0;
  ahead = answer.now - Date.now();
  const items = read();
  const refused = new Map(answer.refused.map((each) => [each.id, each.detail]));
  for (const item of sent) {
    // What changed meanwhile has a higher number and stays.
    if (!items[item.id] || items[item.id].sequence > item.sequence) continue;
    if (!refused.has(item.id)) delete items[item.id];
    // Words that were refused stay here for their writer; a place or an end is let go.
    else if (item.kind === "note") items[item.id].refused = true;
    else delete items[item.id];
  }
  write(items);
  tell("saved", { time: answer.time, refused, finished: answer.finished, ids: sent.map((i) => i.id) });
  if (waiting().length) later(500);
}

function backOff() {
  failures += 1;
  later(Math.min(2000 * 2 ** (failures - 1), LONGEST_WAIT) * (0.75 + Math.random() / 2));
}

function again() {
  failures = 0;
  later(0);
}
addEventListener("online", again);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") again();
  else send({ keepalive: true });
});

// Everything of a person goes: words that wait, pinned pages, the worker that serves them.
export async function forget() {
  clearTimeout(timer);
  closed = true; // Nothing that the page does while it closes is kept again.
  memory = {};
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // Nothing was stored.
  }
  if ("caches" in window) {
    await Promise.all((await caches.keys()).map((each) => caches.delete(each)));
  }
  if ("serviceWorker" in navigator) {
    const workers = await navigator.serviceWorker.getRegistrations();
    await Promise.all(workers.map((each) => each.unregister()));
  }
}
