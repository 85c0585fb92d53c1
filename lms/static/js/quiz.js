// Saves each answer of a quiz as it is given, and keeps what could not be sent until it can.
// Without this file "Save my answers" and "Submit" do the same.

const BATCH = 400; // ms in which quick changes become one request
const LONGEST_WAIT = 30_000;

const form = document.querySelector("form[data-quiz]");
const done = document.querySelector("[data-quiz-done]");

// What waits to be sent, by question: {choice, sequence}. In storage it survives a reload.
function openStore(attempt) {
  const name = `quiz:${attempt}`;
  let memory = {};
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? {};
    } catch {
      return memory;
    }
  };
  const write = (queue) => {
    memory = queue;
    try {
      if (Object.keys(queue).length) localStorage.setItem(name, JSON.stringify(queue));
      else localStorage.removeItem(name);
    } catch {
      // A browser without storage keeps the answers as long as the page is open.
    }
  };
  return { read, write };
}

function run() {
  const store = openStore(form.dataset.quiz);
  const status = document.querySelector("[data-quiz-status]");
  const check = document.querySelector("[data-quiz-check]");
  const answered = document.querySelector("[data-quiz-answered]");
  const groups = [...form.querySelectorAll("[data-question]")];
  const say = form.dataset;
  let last = Number(form.elements.sequence.value);
  let timer = 0;
  let sending = false;
  let submitting = false;
  let failures = 0;

  // Later than the page and than every answer before, also when the clock of this device is slow.
  const next = () => (last = Math.max(Date.now(), last + 1));
  const waiting = () => Object.keys(store.read()).length;
  // Signing in again in another tab changes the token: take the present one.
  const token = () =>
    document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ??
    form.elements.csrfmiddlewaretoken.value;

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

  function count() {
    const n = groups.filter((group) => group.querySelector(":checked")).length;
    answered.textContent = say.answered.replace("{n}", n).replace("{total}", groups.length);
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  function backOff() {
    failures += 1;
    later(Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT) * (0.75 + Math.random() / 2));
  }

  function forget(sent) {
    const queue = store.read();
    for (const answer of sent) {
      // A change made meanwhile has a higher sequence and stays.
      if (queue[answer.question]?.sequence <= answer.sequence) delete queue[answer.question];
    }
    store.write(queue);
  }

  async function send() {
    const queue = Object.entries(store.read());
    if (sending || submitting || !queue.length) return;
    sending = true;
    const answers = queue.map(([question, answer]) => ({ question: Number(question), ...answer }));
    let response = null;
    try {
      response = await fetch(say.url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": token(),
          Accept: "application/json",
        },
        body: JSON.stringify({ answers }),
        signal: AbortSignal.timeout(20_000),
      });
      if (response.ok) await saved(response, answers);
      else refused(response, answers);
    } catch {
      // No network, or an answer that is not ours: nothing is lost, try again.
      tell(say.waiting.replace("{n}", waiting()));
      backOff();
    } finally {
      sending = false;
    }
  }

  async function saved(response, answers) {
    const { time } = await response.json();
    failures = 0;
    forget(answers);
    if (waiting()) later(BATCH);
    else {
      tell(say.saved.replace("{time}", time));
      check.hidden = false;
    }
  }

  function refused(response, answers) {
    if (response.status === 409) {
      store.write({});
      tell(say.closed, location.pathname, say.result);
    } else if (response.status === 400) {
      forget(answers);
      tell(say.refused);
    } else if ([401, 403].includes(response.status) || response.type === "opaqueredirect") {
      tell(say.signedOut, say.login, say.signIn);
      backOff();
    } else if (response.status === 404) {
      tell(say.elsewhere);
      backOff();
    } else {
      tell(say.waiting.replace("{n}", waiting()));
      backOff();
    }
  }

  // Answers that an earlier visit could not send, unless a newer one reached the server since.
  function restore() {
    const queue = store.read();
    for (const group of groups) {
      const kept = queue[group.dataset.question];
      if (!kept) continue;
      const box = group.querySelector(`input[value="${CSS.escape(kept.choice)}"]`);
      if (box && kept.sequence > Number(group.dataset.sequence)) {
        box.checked = true;
        last = Math.max(last, kept.sequence);
      } else delete queue[group.dataset.question];
    }
    store.write(queue);
    if (!waiting()) return;
    tell(say.waiting.replace("{n}", waiting()));
    later(0);
  }

  form.addEventListener("change", (event) => {
    const group = event.target.closest("[data-question]");
    if (!group) return;
    const queue = store.read();
    queue[group.dataset.question] = { choice: event.target.value, sequence: next() };
    store.write(queue);
    count();
    if (failures) tell(say.waiting.replace("{n}", waiting()));
    else later(BATCH);
  });

  form.addEventListener("submit", (event) => {
    if (submitting || !navigator.onLine) {
      event.preventDefault();
      if (!submitting) tell(say.offline);
      return;
    }
    // The form brings every answer along, so that nothing has to be sent before.
    submitting = true;
    form.elements.sequence.value = next();
    form.elements.csrfmiddlewaretoken.value = token();
  });

  addEventListener("beforeunload", (event) => {
    if (!submitting && waiting()) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    submitting = false;
    count();
  });
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && waiting()) later(0);
  });

  document.querySelector("[data-quiz-save]").hidden = true;
  restore();
  count();
}

if (done) openStore(done.dataset.quizDone).write({});
if (form) run();
