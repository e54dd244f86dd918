"use strict";
// Adds the search box. Without this script the page shows everything.
(() => {
  const field = document.querySelector(".search");
  if (!field) return;
  const input = field.querySelector("input");
  const output = field.querySelector("output");
  const items = [...document.querySelectorAll("main article, main tbody tr, main li:not(.overview li)")].filter(
    (item) => !item.parentElement.closest("article"),
  );
  const texts = items.map((item) => item.textContent.toLowerCase());
  if (items.length < 2) return;
  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    items.forEach((item, index) => {
      const matches = words.every((word) => texts[index].includes(word));
      item.hidden = !matches;
      found += matches;
      if (!matches || !words.length) return;
      for (let fold = item.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    });
    output.textContent = words.length ? `${found} of ${items.length}` : "";
  };
  input.addEventListener("input", search);
  field.hidden = false;
})();
