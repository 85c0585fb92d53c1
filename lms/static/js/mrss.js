// Small comforts. Every page works without this file.

// A form that is on its way is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-guard]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  delete form.dataset.changed;
  // An answer that is a file leaves the page standing: open the form again.
  setTimeout(() => delete form.dataset.sent, 10_000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Ask before leaving a page with answers that are not saved.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) form.dataset.changed = "yes";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]:not([data-sent])")) event.preventDefault();
});

// After a refused form, start reading at the summary of what to mend.
document.querySelector("[data-focus]")?.focus();

// Escape closes an open menu or the reason behind a mark; a click elsewhere closes a menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  document.activeElement?.closest?.(".assume")?.blur();
  for (const mark of document.querySelectorAll(".assume:hover")) mark.classList.add("is-closed");
});
document.addEventListener("pointerout", (event) => {
  event.target.closest?.(".assume")?.classList.remove("is-closed");
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Choices that show their result at once: <select data-submit> sends its form.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
});

// Tick all rows of a table.
document.addEventListener("change", (event) => {
  const all = event.target;
  if (!all.matches?.("[data-tick-all]")) return;
  for (const box of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) {
    box.checked = all.checked;
  }
});

// Print and copy buttons appear only where they can work.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done || button.textContent;
  });
}
