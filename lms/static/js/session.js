// For who is signed in: warns before the session ends, sends what an earlier page could not, and
// leaves nothing behind on a shared computer. Every page works without this file.

const page = document.documentElement.dataset;
const note = document.querySelector("[data-session-note]");
const WARN = 300; // seconds before the end
const LOOK = 15_000; // ms
const REFRESH = 300_000; // ms after which pinned modules are compared with the server

const stored = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

// --- somebody else signed in: what the other left goes first -------------------------------------
const before = stored("kept-who");
if (before && before !== page.who) {
  const { forget } = await import("./kept.js");
  await forget();
} else if (stored(`kept:${page.who}`)) {
  const { send } = await import("./kept.js");
  send();
}
if (stored("pins") && Date.now() - Number(stored("pins-seen") ?? 0) > REFRESH) {
  const { refresh } = await import("./offline.js");
  refresh();
}

// --- signing out ---------------------------------------------------------------------------------
const within = (promise, ms) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))]);

const answers = () => Object.keys(localStorage).filter((key) => key.startsWith("quiz:"));
const unsent = (kept) => kept.waiting().length + answers().length;
const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

// The answers of this person that no page of a quiz could send, also where that page is long gone.
async function sendAnswers() {
  const batches = new Map();
  for (const key of answers()) {
    const kept = JSON.parse(stored(key));
    if (kept?.who !== page.who || !kept.url) continue;
    const { fields, sequence } = kept;
    const answer = { question: Number(key.split(":").at(-1)), fields, sequence };
    batches.set(kept.url, [...(batches.get(kept.url) ?? []), { key, answer }]);
  }
  for (const [url, batch] of batches) {
    const response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ answers: batch.map(({ answer }) => answer) }),
      signal: AbortSignal.timeout(4_000),
    });
    if (!response.ok) continue;
    for (const { key, answer } of batch) {
      if (JSON.parse(stored(key))?.sequence === answer.sequence) localStorage.removeItem(key);
    }
  }
}

async function leave(form) {
  try {
    const kept = await import("./kept.js");
    await within(Promise.allSettled([kept.send(), sendAnswers()]), 4000);
    const left = unsent(kept);
    if (left && !confirm(note.dataset.unsent.replace("{n}", left))) {
      form.querySelector("[disabled]")?.removeAttribute("disabled");
      return;
    }
    dispatchEvent(new Event("signing-out"));
    await within(kept.forget(), 4000);
  } catch {
    // Whatever stands in the way: who wants to leave leaves.
  }
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !/\/logout\/$/.test(form.action)) return;
  event.preventDefault();
  leave(form);
});

// --- the session is about to end -----------------------------------------------------------------
let end = page.seconds ? Date.now() + Number(page.seconds) * 1000 : Infinity;
let asked = 0;
let quiet = false;

function show(words, signedOut) {
  const text = note.querySelector("p");
  if (text.textContent !== words) text.textContent = words;
  note.hidden = false;
  note.querySelector("[data-stay]").hidden = signedOut;
  const again = note.querySelector("[data-again]");
  again.search = `?next=${encodeURIComponent(location.pathname)}`;
  again.hidden = !signedOut;
}

async function ask(method) {
  const response = await fetch(note.dataset.session, {
    method,
    credentials: "same-origin",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 401 || response.type === "opaqueredirect") {
    end = 0;
    show(note.dataset.ended, true);
    return;
  }
  const answer = await response.json();
  end = answer.seconds === null ? Infinity : Date.now() + answer.seconds * 1000;
  if (end - Date.now() > WARN * 1000) {
    note.hidden = true;
    quiet = false;
  }
}

async function look() {
  const left = (end - Date.now()) / 1000;
  if (left > WARN || document.visibilityState !== "visible") return;
  try {
    // Another tab may have renewed it: the server knows.
    if (Date.now() - asked > 30_000) {
      asked = Date.now();
      await ask("GET");
    }
  } catch {
    return; // Without a network nobody is signed out yet.
  }
  const now = (end - Date.now()) / 1000;
  if (now <= 0) show(note.dataset.ended, true);
  else if (now <= WARN && !quiet) {
    show(note.dataset.ends.replace("{n}", Math.max(1, Math.round(now / 60))), false);
  }
}

note.querySelector("[data-stay]").addEventListener("click", async () => {
  try {
    await ask("POST");
  } catch {
    asked = 0; // The next look tries again.
  }
});
note.querySelector("[data-later]").addEventListener("click", () => {
  note.hidden = true;
  quiet = true;
});
setInterval(look, LOOK);
document.addEventListener("visibilitychange", look);
look();
