// The service worker: serves what somebody made available offline, and only that. It stores nothing
// by itself but newer copies of pages that are kept already.

const PATIENCE = 8000; // ms after which a kept page stands in for a slow network

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/accounts/") || url.pathname.startsWith("/cms/")) return;
  // A page asks for newer copies past the worker.
  if (request.cache === "reload" && request.mode !== "navigate") return;
  event.respondWith(answer(event, request, url));
});

async function answer(event, request, url) {
  const name = (await caches.keys()).find((each) => each.startsWith("pinned-"));
  if (!name) return fetch(request);
  const cache = await caches.open(name);
  const page = request.mode === "navigate";
  const find = (path) => cache.match(path, { ignoreVary: true });
  const kept = await find(url.pathname);
  try {
    const response = await (page && kept ? hurried(request) : fetch(request));
    if (!kept || response.status < 500) {
      if (page && kept) event.waitUntil(renew(cache, name, url.pathname, response.clone()));
      return response;
    }
    return kept;
  } catch {
    if (kept) return part(request, kept);
    return (page && (await find("/offline/"))) || Response.error();
  }
}

function hurried(request) {
  const slow = new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE));
  return Promise.race([fetch(request), slow]);
}

// Only a page that was made for the same person replaces theirs.
async function renew(cache, name, path, response) {
  if (!response.ok || response.redirected) return;
  const text = await response.clone().text();
  if (text.includes(`data-who="${name.slice("pinned-".length)}"`)) await cache.put(path, response);
}

// Films are asked for in pieces.
async function part(request, kept) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!range) return kept;
  const whole = await kept.blob();
  const from = Number(range[1]);
  const to = range[2] ? Math.min(Number(range[2]), whole.size - 1) : whole.size - 1;
  if (from > to) return new Response(null, { status: 416 });
  return new Response(whole.slice(from, to + 1, whole.type), {
    status: 206,
    headers: {
      "Content-Type": kept.headers.get("Content-Type") ?? "",
      "Content-Length": String(to - from + 1),
      "Content-Range": `bytes ${from}-${to}/${whole.size}`,
      "Accept-Ranges": "bytes",
    },
  });
}
