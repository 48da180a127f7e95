"use strict";
(() => {
  /* Tables: a click on a header sorts by it, a second one turns the order round. */
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const key = cell.dataset.key ?? cell.textContent.trim();
    const number = Number(key);
    return key === "" || Number.isNaN(number) ? key : number;
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), undefined, { numeric: true });
  };
  const sortBy = (table, header) => {
    const descending = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => compare(keyOf(a, header.cellIndex), keyOf(b, header.cellIndex)));
    body.append(...(descending ? rows.reverse() : rows));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.rows[0].cells) {
      if (header.classList.contains("bar")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sortBy(table, header));
    }
  }

  /* Rows: searched, chosen by the reason why they are shown, and ordered. */
  const list = document.getElementById("cards");
  const controls = document.getElementById("controls");
  if (!list || !controls) return;
  controls.hidden = false;
  const at = (id) => document.getElementById(id);
  const cards = [...list.children].map((card, place) => ({
    card, place, details: card.querySelector("details"), text: card.textContent.toLowerCase(),
    reasons: card.dataset.reasons.split("|"),
  }));
  const show = () => {
    const wanted = at("search").value.trim().toLowerCase();
    const reason = at("reason").value;
    let found = 0;
    for (const one of cards) {
      const fits = (!reason || one.reasons.includes(reason)) && one.text.includes(wanted);
      one.card.hidden = !fits;
      found += fits;
    }
    const { one, many } = at("found").dataset;
    at("found").textContent = `${found} ${found === 1 ? one : many}`;
  };
  const order = () => {
    const by = at("order").value;
    const keyed = (one) => (by ? Number(one.card.dataset[by] ?? -1) : one.place);
    const ordered = [...cards].sort((a, b) => keyed(a) - keyed(b) || a.place - b.place);
    list.append(...ordered.map((one) => one.card));
  };
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const card = target && target.closest(".card");
    if (!card) return;
    if (card.hidden) { controls.reset(); show(); order(); }
    card.querySelector("details").open = true;
    target.scrollIntoView({ block: "center" });
  };
  at("search").addEventListener("input", show);
  at("reason").addEventListener("change", show);
  at("order").addEventListener("change", order);
  controls.addEventListener("submit", (event) => event.preventDefault());
  at("toggle").addEventListener("click", () => {
    const open = at("toggle").textContent === "Open all";
    for (const one of cards) one.details.open = open;
    at("toggle").textContent = open ? "Close all" : "Open all";
  });
  addEventListener("hashchange", reveal);
  show();
  reveal();
})();
