// Keeps modules on this device so that they can be read without a network. Where the browser has no
// service worker there is no button, and nothing else changes.

const page = document.documentElement.dataset;
const able = "serviceWorker" in navigator && "caches" in window;
const words = document.querySelector("[data-offline-words]")?.dataset;

const pins = () => JSON.parse(localStorage.getItem("pins") ?? "{}");

function write(all) {
  if (Object.keys(all).length) {
    localStorage.setItem("pins", JSON.stringify(all));
    if (page.who) localStorage.setItem("kept-who", page.who);
    return;
  }
  localStorage.removeItem("pins");
  localStorage.removeItem("pins-seen");
  if (page.who && !localStorage.getItem(`kept:${page.who}`)) localStorage.removeItem("kept-who");
}

const size = (bytes) =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

async function ask(address) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(address, { headers, redirect: "error", cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

const cacheName = () => `pinned-${page.who || localStorage.getItem("kept-who")}`;

async function pin(address, found, progress = () => {}) {
  const cache = await caches.open(cacheName());
  const plain = found.shell;
  const urls = [...plain, ...found.pages, ...found.files];
  let done = 0;
  for (const url of urls) {
    // What all people share is fetched as a stranger, so that it knows nobody.
    const credentials = plain.includes(url) ? "omit" : "same-origin";
    const response = await fetch(url, { credentials, cache: "reload" });
    if (!response.ok || response.redirected) throw new Error(url);
    await cache.put(url, response);
    progress((done += 1), urls.length);
  }
  const { shell, ...pinned } = found;
  write({ ...pins(), [address]: { ...pinned, urls } });
  localStorage.setItem("pins-seen", String(Date.now()));
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
}

async function unpin(address) {
  const { [address]: gone, ...rest } = pins();
  write(rest);
  const used = new Set(Object.values(rest).flatMap((each) => each.urls));
  const cache = await caches.open(cacheName());
  for (const url of gone?.urls ?? []) if (!used.has(url)) await cache.delete(url);
  if (Object.keys(rest).length) return;
  await caches.delete(cacheName());
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
}

// A new version of a module replaces what is kept of it.
export async function refresh() {
  for (const [address, old] of Object.entries(pins())) {
    try {
      const found = await ask(address);
      if (found.version !== old.version) {
        await pin(address, found);
        const gone = old.urls.filter((url) => !pins()[address].urls.includes(url));
        const used = new Set(Object.values(pins()).flatMap((each) => each.urls));
        const cache = await caches.open(cacheName());
        for (const url of gone) if (!used.has(url)) await cache.delete(url);
      }
    } catch (error) {
      if (error.message === "404") await unpin(address);
      // Without a network, what is kept stays as it is.
    }
  }
  if (Object.keys(pins()).length) localStorage.setItem("pins-seen", String(Date.now()));
}

// --- the button at a module ----------------------------------------------------------------------
function button(text, act, look = "usa-button usa-button--outline") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function control(place) {
  const address = place.dataset.offline;
  const status = document.createElement("p");
  status.className = "small muted";
  status.setAttribute("role", "status");
  const buttons = document.createElement("p");
  buttons.className = "usa-button-row";
  place.className = "section-gap-sm no-print";
  place.replaceChildren(status, buttons);

  // Whoever pressed a button that is replaced goes on at the one that took its place.
  const draw = (text, ...made) => {
    const held = buttons.contains(document.activeElement);
    status.textContent = text;
    status.hidden = !text;
    buttons.className = made.length > 1 ? "usa-button-row" : "";
    buttons.replaceChildren(...made);
    if (held) made[0]?.focus();
  };
  const idle = (text = "") => {
    const here = pins()[address];
    if (here) {
      const remove = async () => {
        await unpin(address);
        idle();
      };
      draw(text || `${words.kept.replace("{size}", size(here.bytes))}. ${words.quiz}`,
        button(words.remove, remove, "linkish small"));
    } else draw(text, button(words.offer, offer, "linkish small"));
  };
  async function offer() {
    try {
      const found = await ask(address);
      draw(words.size.replace("{size}", size(found.bytes)),
        button(words.yes, () => keep(found), "usa-button"), button(words.no, () => idle()));
    } catch {
      idle(words.failed);
    }
  }
  async function keep(found) {
    buttons.replaceChildren();
    try {
      await pin(address, found, (n, total) => {
        status.hidden = false;
        status.textContent = words.progress.replace("{n}", n).replace("{total}", total);
      });
      idle();
    } catch {
      await unpin(address);
      idle(words.failed);
    }
  }
  idle();
}

// --- the page that stands in without a network ---------------------------------------------------
function list(place) {
  const all = Object.entries(able ? pins() : {});
  if (!all.length) {
    place.textContent = place.dataset.none;
    return;
  }
  place.replaceChildren(
    ...all.map(([address, each]) => {
      const part = document.createElement("section");
      const title = document.createElement("h2");
      title.textContent = each.title;
      const course = document.createElement("p");
      course.className = "small muted";
      course.textContent = `${each.course}, ${size(each.bytes)}`;
      const lessons = document.createElement("ol");
      each.lessons.forEach((url, number) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = url;
        link.textContent = each.titles[number];
        item.append(link);
        lessons.append(item);
      });
      const remove = async () => {
        await unpin(address);
        list(place);
      };
      part.className = "section-gap";
      part.append(title, course, lessons, button(place.dataset.remove, remove, "linkish small"));
      return part;
    }),
  );
}

if (able && words) for (const place of document.querySelectorAll("[data-offline]")) control(place);
const shelf = document.querySelector("[data-offline-list]");
if (shelf) list(shelf);
