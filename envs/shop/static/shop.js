// The shop's behaviour in the browser: suggestions, filters that apply at once, adding to the cart
// without leaving the page, toasts, and pop-ups that close. Every page also works without it.
"use strict";

const shop = {
  toast(text) {
    const note = document.createElement("p");
    note.textContent = text;
    document.querySelector("[data-toasts]").replaceChildren(note);
    setTimeout(() => note.classList.add("fading"), 3500);
    setTimeout(() => note.remove(), 4000);
  },

  more(opener) {
    opener.previousElementSibling.querySelectorAll("[hidden]").forEach((e) => (e.hidden = false));
    opener.remove();
  },

  async post(url, data) {
    const options = { method: "POST", headers: { accept: "application/json" }, keepalive: true };
    const answer = await fetch(url, { ...options, body: new URLSearchParams(data) });
    return answer.json();
  },

  popAround(closer) {
    let pop = closer;
    while (pop.dataset.pop === undefined) pop = pop.parentElement;
    return pop;
  },

  complain(form, faults) {
    form.querySelectorAll("[data-fault]").forEach((e) => e.remove());
    for (const { field, text } of faults) {
      const note = document.createElement("p");
      note.className = "fault";
      note.dataset.fault = "";
      note.setAttribute("role", "alert");
      note.textContent = text;
      const input = field && form.querySelector(`[name="${field}"]`);
      (input ? input.closest("fieldset, [data-group]") || input.parentElement : form).append(note);
    }
  },
};

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close]");
  if (closer) {
    const pop = shop.popAround(closer);
    shop.post(pop.dataset.pop, { choice: closer.textContent });
    pop.remove();
  }
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const open = opener.parentElement.classList.toggle("open");
    opener.setAttribute("aria-expanded", open);
  }
  const saver = event.target.closest("[data-save]");
  if (saver) {
    saver.classList.toggle("saved");
    shop.post("/save", { product: saver.dataset.save });
    shop.toast(saver.classList.contains("saved") ? saver.dataset.saved : saver.dataset.unsaved);
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && "auto" in form.dataset) form.requestSubmit();
  const chosen = event.target.selectedOptions ? event.target.selectedOptions[0] : event.target;
  const price = chosen.dataset.priceIs;
  if (price) {
    document.querySelector("[data-price]").textContent = price;
    const was = document.querySelector("[data-was]");
    if (was) was.hidden = chosen !== form.querySelector("[data-price-is]");
  }
  if (form && "buybox" in form.dataset) {
    const group = event.target.closest("fieldset, [data-group]");
    if (group) group.querySelectorAll("[data-fault]").forEach((e) => e.remove());
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!("buybox" in form.dataset) || (button && button.hasAttribute("formaction"))) return;
  event.preventDefault();
  const answer = await shop.post(form.action, new FormData(form));
  shop.complain(form, answer.faults || []);
  if (answer.count === undefined) return;
  document.querySelector("[data-badge]").textContent = answer.count;
  shop.toast(answer.message);
});

const field = document.querySelector("[data-find] input[type=search]");
const list = document.querySelector("[data-suggestions]");
let waiting = 0;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 180);
});
field.form.addEventListener("submit", () => clearTimeout(waiting));
field.addEventListener("blur", () => setTimeout(() => (list.hidden = true), 150));

async function suggest() {
  const text = field.value;
  const answer = await fetch("/suggest?" + new URLSearchParams({ q: text }));
  const found = await answer.json();
  if (text !== field.value || document.activeElement !== field) return;
  list.replaceChildren(
    ...found.map((words) => {
      const link = document.createElement("a");
      link.href = "/search?" + new URLSearchParams({ q: words });
      link.setAttribute("role", "option");
      link.dataset.shopperKind = "search";
      link.textContent = words;
      return link;
    }),
  );
  list.hidden = found.length === 0;
}
