// Saves each answer of a quiz as it is given, and keeps what could not be sent until it can.
// Without this file "Save my answers" and "Submit" do the same, and the server keeps the time.

const BATCH = 400; // ms in which quick changes become one request
const TYPING = 1_500; // ms without a key before words are sent
const LONGEST_TYPING = 6_000;
const LONGEST_WAIT = 30_000;
const OTHER_TAB = 4_000; // what another tab wrote is sent from there; from here only if it died
const MINUTE = 60_000;
const ANNOUNCED = [5, 1]; // minutes before the end
const TEXT = "textarea, input:not([type=radio], [type=checkbox], [type=hidden])";

const form = document.querySelector("form[data-quiz]");
const done = document.querySelector("[data-quiz-done]");

// What waits to be sent, a key for each question, so that two tabs never write over each other.
// In storage it survives a reload and a killed tab; named by person, so that the next user of a
// shared computer neither sends nor sees it.
function openOutbox(name, url) {
  const memory = new Map();
  const keyOf = (question) => `${name}:${question}`;
  const stored = (question) => {
    try {
      return JSON.parse(localStorage.getItem(keyOf(question)));
    } catch {
      return null;
    }
  };
  function put(question, answer) {
    memory.set(question, answer);
    try {
      // Whose it is and where it goes: at sign-out another page sends it (session.js).
      const about = { who: document.documentElement.dataset.who, url };
      localStorage.setItem(keyOf(question), JSON.stringify({ ...answer, ...about }));
    } catch {
      // A browser without storage keeps the answers as long as the page is open.
    }
  }
  // A change made since has a higher sequence and stays.
  function drop(question, sequence) {
    if (memory.get(question)?.sequence <= sequence) memory.delete(question);
    try {
      if (stored(question)?.sequence <= sequence) localStorage.removeItem(keyOf(question));
    } catch {
      // Nothing is stored.
    }
  }
  const questionOf = (key) => (key?.startsWith(`${name}:`) ? key.slice(name.length + 1) : "");
  return { memory, stored, put, drop, questionOf };
}

function forgetAttempt(attempt) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("quiz:") && key.split(":")[2] === attempt) localStorage.removeItem(key);
    }
  } catch {
    // Nothing is stored.
  }
}

function run() {
  const say = form.dataset;
  const action = form.querySelector("[data-quiz-action]"); // As if the button had been pressed.
  const outbox = openOutbox(`quiz:${say.owner}:${say.quiz}`, say.url);
  const status = document.querySelector("[data-quiz-status]");
  const check = document.querySelector("[data-quiz-check]");
  const answered = document.querySelector("[data-quiz-answered]");
  const groups = () => [...form.querySelectorAll("[data-question]")];
  const group = (question) => form.querySelector(`[data-question="${CSS.escape(question)}"]`);
  let last = Number(form.elements.sequence.value);
  let timer = 0;
  let typingSince = 0;
  let sending = null;
  let submitting = false;
  let signedOut = false;
  let leaving = false;
  let closed = false;
  let failures = 0;
  let clock = null;

  // Later than the page and than every answer before, whatever the clock of this device says.
  const next = () => (last = Math.max(Date.now(), last + 1));
  const waiting = () => outbox.memory.size;
  // Signing in again in another tab changes the token: take the present one.
  const token = () =>
    document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ??
    form.elements.csrfmiddlewaretoken.value;

  // --- words --------------------------------------------------------------------------------
  function tell(words, href = "", link = "") {
    check.hidden = true;
    if (status.dataset.words === words) return; // Announce what is new, not every save.
    status.dataset.words = words;
    const text = document.createElement("b");
    text.textContent = words;
    status.replaceChildren(text);
    if (!href) return;
    const anchor = document.createElement("a");
    anchor.href = href;
    anchor.textContent = link;
    if (link === say.signIn) anchor.target = "_blank";
    status.append(" ", anchor);
  }
  const tellWaiting = () => tell(say.waiting.replace("{n}", waiting()));

  // --- the controls of a question -----------------------------------------------------------
  const controls = (of) => [...of.querySelectorAll("[name^='q-']")];
  const isChoice = (control) => control.type === "radio" || control.type === "checkbox";

  function fieldsOf(of) {
    const fields = {};
    for (const control of controls(of)) {
      if (isChoice(control) && !control.checked) continue;
      (fields[control.name] ??= []).push(control.value);
    }
    return fields;
  }

  function show(of, fields) {
    for (const control of controls(of)) {
      const given = fields[control.name] ?? [];
      if (isChoice(control)) control.checked = given.includes(control.value);
      else if (control.type !== "hidden") control.value = given[0] ?? "";
    }
    note(of);
  }

  function isAnswered(of) {
    const asked = controls(of).filter((c) => c.type !== "hidden" && !c.name.endsWith("-sure"));
    const boxes = asked.filter((c) => c.type === "checkbox");
    if (boxes.length) return boxes.some((box) => box.checked);
    const given = new Set(
      asked.filter((c) => (isChoice(c) ? c.checked : c.value.trim())).map((c) => c.name),
    );
    return asked.length > 0 && asked.every((c) => given.has(c.name));
  }

  function count() {
    const all = groups();
    const n = all.filter(isAnswered).length;
    answered.textContent = say.answered.replace("{n}", n).replace("{total}", all.length);
  }

  // What is on the page and needs no sending: leaving a field is no new answer.
  const known = new Map();
  const note = (of) => known.set(of.dataset.question, JSON.stringify(fieldsOf(of)));

  function keep(of) {
    const fields = fieldsOf(of);
    if (known.get(of.dataset.question) === JSON.stringify(fields)) return false;
    note(of);
    outbox.put(of.dataset.question, { fields, sequence: next() });
    return true;
  }

  // --- sending ------------------------------------------------------------------------------
  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  function backOff() {
    failures += 1;
    later(Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT) * (0.75 + Math.random() / 2));
  }

  // One request at a time; who asks meanwhile waits for the one that is on its way.
  function send() {
    if (!sending && !closed && waiting()) {
      sending = request().finally(() => (sending = null));
    }
    return sending ?? Promise.resolve();
  }

  async function request() {
    typingSince = 0;
    const answers = [...outbox.memory].map(([question, answer]) => ({
      question: Number(question),
      ...answer,
    }));
    try {
      const response = await fetch(say.url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        keepalive: document.visibilityState === "hidden",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": token(),
          Accept: "application/json",
        },
        body: JSON.stringify({ answers }),
        signal: AbortSignal.timeout(20_000),
      });
      if (response.ok) await saved(await response.json(), answers);
      else refused(response, answers);
    } catch {
      // No network, or an answer that is not ours: nothing is lost, try again.
      tellWaiting();
      backOff();
    }
  }

  async function saved({ time, older, left }, answers) {
    failures = 0;
    signedOut = false;
    for (const { question, sequence } of answers) outbox.drop(String(question), sequence);
    if (left !== null) clock?.set(left);
    const changing = answers.map(({ question }) => group(String(question))).filter(Boolean);
    const cases = changing.filter((of) => of.dataset.kind === "branching");
    const stale = [...cases.map((of) => of.dataset.question), ...older.map(String)];
    if (stale.length) await refresh(stale);
    if (waiting()) later(BATCH);
    else if (older.length) tell(say.newer);
    else {
      tell(say.saved.replace("{time}", time));
      check.hidden = false;
    }
  }

  function refused(response, answers) {
    if (response.status === 409) {
      closed = true;
      const n = waiting();
      for (const { question, sequence } of answers) outbox.drop(String(question), sequence);
      tell(say.closed.replace("{n}", n), location.pathname, say.result);
    } else if (response.status === 400) {
      for (const { question, sequence } of answers) outbox.drop(String(question), sequence);
      tell(say.refused);
    } else if ([401, 403].includes(response.status) || response.type === "opaqueredirect") {
      signedOut = true;
      tell(say.signedOut, say.login, say.signIn);
      backOff();
    } else if (response.status === 404) {
      tell(say.elsewhere);
      backOff();
    } else {
      tellWaiting();
      backOff();
    }
  }

  // Show questions as the server holds them: the next step of a case, a newer answer from elsewhere.
  async function refresh(questions) {
    const page = await read();
    if (!page) return;
    for (const question of questions) {
      const fresh = page.querySelector(`[data-question="${CSS.escape(question)}"]`);
      const here = group(question);
      if (!fresh || !here || outbox.memory.has(question)) continue;
      const focused = here.contains(document.activeElement) ? document.activeElement.id : "";
      here.replaceWith(document.adoptNode(fresh));
      note(fresh);
      if (focused) document.getElementById(focused)?.focus();
    }
    last = Math.max(last, Number(page.querySelector("[name=sequence]").value));
    count();
  }

  // Return the page of the open attempt as it is now; null where it cannot be read.
  async function read() {
    try {
      const response = await fetch(location.pathname, {
        credentials: "same-origin",
        signal: AbortSignal.timeout(20_000),
      });
      if (!response.ok) return null;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (page.querySelector("[data-quiz-done]") && !waiting()) location.replace(location.pathname);
      return page.querySelector(`form[data-quiz="${say.quiz}"]`) ? page : null;
    } catch {
      return null;
    }
  }

  // --- the outbox of an earlier visit, and of another tab -----------------------------------
  function restore() {
    for (const of of groups()) {
      const question = of.dataset.question;
      const kept = outbox.stored(question);
      if (!kept?.fields) continue;
      last = Math.max(last, kept.sequence);
      // A newer answer reached the server since, by another device.
      if (kept.sequence <= Number(of.dataset.sequence)) {
        outbox.drop(question, kept.sequence);
        continue;
      }
      show(of, kept.fields);
      outbox.memory.set(question, kept);
    }
    if (!waiting()) return;
    tellWaiting();
    later(0);
  }

  addEventListener("storage", ({ key, oldValue, newValue }) => {
    const question = outbox.questionOf(key);
    const of = question && group(question);
    if (!of) return;
    const answer = JSON.parse(newValue ?? oldValue);
    last = Math.max(last, answer.sequence);
    const mine = outbox.memory.get(question);
    if (mine && mine.sequence > answer.sequence) return;
    if (newValue === null) {
      outbox.memory.delete(question);
      return;
    }
    show(of, answer.fields);
    outbox.memory.set(question, answer);
    count();
    if (!failures) later(OTHER_TAB);
  });

  // --- what the learner does ----------------------------------------------------------------
  function changed(event) {
    const of = event.target.closest("[data-question]");
    if (!of || closed) return;
    const typing = event.target.matches(TEXT);
    if (event.type === "input" && !typing) return; // "change" follows.
    const isNew = keep(of);
    count();
    if (failures) {
      if (isNew) tellWaiting();
      return;
    }
    if (!waiting()) return;
    if (event.type === "change") later(BATCH);
    else {
      typingSince ||= performance.now();
      later(performance.now() - typingSince > LONGEST_TYPING ? 0 : TYPING);
    }
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // "Go on with this case" saves; what comes next is shown when it is saved.
    if (event.submitter?.value === "save") send();
    else handIn().then(signInFirst);
  });

  // Who wants to submit and is signed out signs in and comes back here; what waits is kept.
  function signInFirst() {
    if (!signedOut || submitting || closed) return;
    if (![...outbox.memory.keys()].every((question) => outbox.stored(question))) return;
    leaving = true;
    location.assign(`${say.login}?next=${encodeURIComponent(location.pathname)}`);
  }

  // Send what waits first. Then the form brings no answers along: the server holds them all, and
  // an old page cannot write over what another tab or device has sent.
  async function handIn() {
    if (submitting || closed) return;
    if (!navigator.onLine) {
      tell(say.offline);
      return;
    }
    submitting = true;
    await send();
    while (waiting() && !failures && !closed) await send();
    if (waiting() || closed) {
      submitting = false;
      return;
    }
    for (const of of groups()) for (const control of controls(of)) control.disabled = true;
    form.elements.sequence.value = last;
    form.elements.csrfmiddlewaretoken.value = token();
    action.disabled = false;
    form.submit();
  }

  addEventListener("beforeunload", (event) => {
    if (!submitting && !leaving && waiting()) event.preventDefault();
  });
  // Who signs out was asked already, and nothing is kept after them.
  addEventListener("signing-out", () => {
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", (event) => {
    submitting = false;
    action.disabled = true;
    for (const of of groups()) for (const control of controls(of)) control.disabled = false;
    if (event.persisted) clock?.ask();
    count();
  });
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (waiting()) later(0);
    if (document.visibilityState === "visible") clock?.ask();
  });

  // --- time ---------------------------------------------------------------------------------
  function countDown() {
    const shown = document.querySelector("[data-quiz-left]");
    const spoken = document.querySelector("[data-quiz-minutes]");
    // Counted by a clock that runs on when that of the device is turned; the server decides.
    let end = performance.now() + Number(say.milliseconds);
    let announced = Infinity;
    let up = false;

    function tick() {
      const left = Math.max(end - performance.now(), 0);
      const seconds = Math.ceil(left / 1000);
      const clockface = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      shown.textContent = say.left.replace("{time}", clockface);
      const mark = ANNOUNCED.findLast((minutes) => left <= minutes * MINUTE);
      if (mark && mark < announced) {
        announced = mark;
        spoken.textContent = mark === 1 ? say.oneMinute : say.minutes.replace("{n}", mark);
      }
      if (!left && !up) timeIsUp();
    }

    async function timeIsUp() {
      up = true;
      spoken.textContent = say.timeIsUp;
      for (const of of groups()) {
        if (of.contains(document.activeElement)) document.activeElement.blur();
        of.inert = true;
      }
      // What was given in time may still arrive for a short while.
      while (!closed && !submitting) {
        await handIn();
        if (!submitting) await new Promise((resolve) => setTimeout(resolve, 2_000));
      }
    }

    const set = (left) => {
      if (!up) end = performance.now() + left;
    };
    // The clock of a page may stand still while the device sleeps.
    const ask = async () => {
      const page = await read();
      if (page) set(Number(page.querySelector("form[data-quiz]").dataset.milliseconds));
    };
    setInterval(tick, 500);
    shown.hidden = false;
    tick();
    return { set, ask };
  }

  document.querySelector("[data-quiz-save]").hidden = true;
  groups().forEach(note);
  restore();
  count();
  if (say.milliseconds) clock = countDown();
}

if (done) forgetAttempt(done.dataset.quizDone);
if (form) run();
