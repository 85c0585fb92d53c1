// Measures how long somebody is active on a page: it is visible and has the focus, and there was
// input within five minutes or a recording plays. The server believes no more than its own clock.
// Without this file nothing is measured, and nothing else changes.

const IDLE = 300_000; // ms without input after which time is not counted
const TICK = 15_000; // ms of activity that are told together
const STEP = 1000;
const LONGEST_STEP = 5000; // a longer one: the computer slept or the page was frozen
const SLEPT = 60_000; // ms by which the two clocks may differ before a new session begins
const FOREIGN = 60_000; // what another tab has not touched for so long may be sent by this one
const MOST = 400; // ticks in one message
const OLDEST = 30 * 24 * 3_600_000;
const INPUT = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll", "input"];

const say = document.querySelector("form[data-study]");
const notice = document.querySelector("[data-study-notice]");

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Milliseconds by a clock that nobody sets while the page is open.
const present = () => performance.timeOrigin + performance.now();

// --- what waits to be sent: one drawer for each person, one entry for each session ---------------
const prefix = `study:${say?.dataset.drawer}:`;
const memory = new Map();
let gone = false; // Who signs out leaves nothing behind: what is left was sent.

function read(session) {
  try {
    return JSON.parse(localStorage.getItem(prefix + session)) ?? memory.get(session);
  } catch {
    return memory.get(session);
  }
}

function write(session, entry) {
  if (gone) return;
  try {
    if (entry) localStorage.setItem(prefix + session, JSON.stringify(entry));
    else localStorage.removeItem(prefix + session);
    memory.delete(session);
  } catch {
    // A browser without storage keeps it as long as the page is open.
    if (entry) memory.set(session, entry);
    else memory.delete(session);
  }
}

function sessions() {
  const found = new Set(memory.keys());
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(prefix)) found.add(name.slice(prefix.length));
    }
  } catch {
    // No storage: only what this page remembers.
  }
  return found;
}

function run() {
  let session; // {id, opened}: `opened` by present()
  let sequence = 0;
  let parts = 0; // number of the next stretch of a recording
  let on = false; // whether time counts since `last`
  let last = performance.now();
  let apart = Date.now() - present(); // changes when the computer sleeps or its clock is set
  let input = last;
  let slice = { ms: 0, media: false };
  let watched = [];
  let told = false; // whether the server knows of this session
  let sending = false;
  let again = 0; // no new try before, by performance.now()

  function open() {
    session = { id: uuid(), opened: present() };
    sequence = 0;
    parts = 0;
    told = false;
  }

  const mine = () =>
    read(session.id) ?? { ticket: say.dataset.study, opened: session.opened, ticks: [] };

  function keep(tick) {
    const entry = mine();
    entry.ticks.push(tick);
    entry.touched = Date.now();
    write(session.id, entry);
  }

  // --- counting -----------------------------------------------------------------------------
  const films = () => [...document.querySelectorAll("video, audio")];
  const plays = (film) => !film.paused && !film.ended && film.readyState > 2;
  const here = () => document.visibilityState === "visible" && document.hasFocus();

  function step() {
    const now = performance.now();
    const passed = now - last;
    const clocks = Date.now() - present();
    const playing = films().some(plays);
    if (on && passed >= 0 && passed <= LONGEST_STEP) {
      slice.ms += passed;
      slice.media ||= playing;
    } else if (on) close(last);
    last = now;
    const idle = now - input >= IDLE && !playing;
    const counts = here() && !idle;
    if (on && !counts) {
      endStretches();
      close(now);
    } else if (slice.ms >= TICK) close(now);
    on = counts;
    tell(here() && idle);
    if (Math.abs(clocks - apart) > SLEPT) {
      close(now);
      open();
    }
    apart = clocks;
  }

  function close(now) {
    if (!slice.ms && !watched.length) return;
    const at = performance.timeOrigin + now - session.opened;
    keep({
      sequence: (sequence += 1),
      kind: slice.media ? "media" : "reading",
      ms: Math.round(slice.ms),
      at: Math.max(0, Math.round(at)),
      watched,
    });
    slice = { ms: 0, media: false };
    watched = [];
    send();
  }

  function tell(idle) {
    if (idle === Boolean(notice.firstChild)) return;
    notice.replaceChildren();
    if (!idle) return;
    const words = document.createElement("p");
    words.textContent = say.dataset.still;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "usa-button";
    button.textContent = say.dataset.here;
    notice.append(words, button);
  }

  for (const name of INPUT) {
    addEventListener(
      name,
      () => {
        const was = performance.now() - input;
        input = performance.now();
        if (was >= IDLE) step();
      },
      { capture: true, passive: true },
    );
  }

  // --- recordings ---------------------------------------------------------------------------
  const stretches = new Map(); // by film: {from, until, rate}

  const nameOf = (film) =>
    film.closest("[data-block]")?.dataset.block ??
    (film.currentSrc || "film").replace(/[?#].*$/, "").replace(/^.*\//, "")
      .replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 80);

  function endStretch(film) {
    const stretch = stretches.get(film);
    stretches.delete(film);
    if (!stretch) return;
    // Both ends are rounded alike, so that one stretch goes on where the one before ended.
    const [from, until] = [Math.round(stretch.from), Math.round(stretch.until)];
    if (until <= from) return;
    watched.push({ sequence: (parts += 1), block: nameOf(film), from, until, rate: stretch.rate });
  }

  function endStretches() {
    for (const film of [...stretches.keys()]) endStretch(film);
  }

  function follow(film) {
    const at = film.currentTime;
    const stretch = stretches.get(film);
    if (!on || !plays(film) || film.seeking) return endStretch(film);
    // A jump, by hand or by a stall that was skipped, begins a new stretch and earns nothing.
    const goesOn = stretch && at >= stretch.until && at - stretch.until < 2 * film.playbackRate;
    if (stretch && goesOn && stretch.rate === film.playbackRate) {
      stretch.until = at;
      if (stretch.until - stretch.from < (TICK / 1000) * stretch.rate) return;
    }
    endStretch(film);
    stretches.set(film, { from: at, until: at, rate: film.playbackRate });
  }

  for (const name of ["timeupdate", "play", "playing", "ratechange"]) {
    document.addEventListener(name, (event) => follow(event.target), true);
  }
  for (const name of ["seeking", "pause", "ended", "emptied"]) {
    document.addEventListener(name, (event) => endStretch(event.target), true);
  }

  function showWatched(seconds) {
    for (const film of films()) {
      const had = seconds[nameOf(film)];
      if (!had || !(film.duration > 0)) continue;
      const percent = Math.min(100, Math.floor((100 * had) / Math.floor(film.duration)));
      const place = film.closest("figure") ?? film.parentElement;
      let words = place.querySelector("[data-share]");
      if (!words) {
        words = document.createElement("p");
        words.className = "small muted";
        words.dataset.share = "";
        place.append(words);
      }
      words.textContent = say.dataset.watched.replace("{percent}", percent);
    }
  }

  // --- sending ------------------------------------------------------------------------------
  // Signing in again in another tab changes the token: take the present one.
  const token = () =>
    document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ??
    say.elements.csrfmiddlewaretoken.value;

  async function send(extra = []) {
    const leaving = extra.length > 0;
    if (!navigator.onLine || (!leaving && (sending || performance.now() < again))) return;
    sending = true;
    try {
      if (!told || leaving || mine().ticks.length) await post(session.id, mine(), extra);
      for (const id of sessions()) {
        const entry = read(id);
        // What another tab works on is its own; what a dead one left behind is sent here.
        if (id === session.id || !entry || Date.now() - entry.touched < FOREIGN) continue;
        if (present() - entry.opened > OLDEST) write(id, null);
        else await post(id, entry);
      }
    } catch {
      again = performance.now() + TICK; // No network: it waits here, and is sent later.
    } finally {
      sending = false;
    }
  }

  async function post(id, entry, extra = []) {
    const ticks = [...entry.ticks.slice(0, MOST - extra.length), ...extra];
    const response = await fetch(say.dataset.url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      keepalive: extra.length > 0,
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token(),
        Accept: "application/json",
      },
      body: JSON.stringify({
        ticket: entry.ticket,
        session: id,
        opened_ago: Math.max(0, Math.round(present() - entry.opened)),
        ticks,
      }),
    });
    const gone = [400, 403, 410, 413].includes(response.status);
    if (!response.ok && !gone) {
      again = performance.now() + TICK * 2; // Signed out, too many, or a fault of the server.
      return;
    }
    if (id === session.id) told = true;
    forget(id, new Set(ticks.map((tick) => tick.sequence)));
    if (response.ok) showWatched((await response.json()).watched);
  }

  function forget(id, sent) {
    const entry = read(id);
    if (!entry) return;
    entry.ticks = entry.ticks.filter((tick) => !sent.has(tick.sequence));
    write(id, entry.ticks.length ? entry : null);
  }

  function leave() {
    if (gone) return;
    sending = true; // One message with all of it, which outlives the page.
    step();
    endStretches();
    close(performance.now());
    on = false;
    // Tells how long the page was open, also when there was nothing to count.
    const at = Math.max(0, Math.round(present() - session.opened));
    send([{ sequence: (sequence += 1), kind: "reading", ms: 0, at, watched: [] }]);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else step();
  });
  addEventListener("pagehide", leave);
  addEventListener("signing-out", () => {
    leave();
    gone = true;
  });
  addEventListener("pageshow", step);
  addEventListener("focus", step);
  addEventListener("blur", step);
  addEventListener("online", () => {
    again = 0;
    send();
  });

  open();
  step();
  send();
  setInterval(step, STEP);
}

if (say && notice) run();
