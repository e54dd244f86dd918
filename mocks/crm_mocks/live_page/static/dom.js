// Elements of the page. Data becomes text nodes and attributes, never markup.

/**
 * Return an element.
 * @param {string} tag name of the element
 * @param {object} properties attributes; `on<event>` is a listener, `value` and `checked` are set as properties;
 *   null, undefined and false leave an attribute out
 * @param {...any} children nodes and texts, also in arrays; null, undefined and false are left out
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name !== "value" && name !== "checked") element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  if ("value" in properties) element.value = properties.value ?? ""; // after the options of a select
  if (properties.checked) element.checked = true;
  return element;
}

/** Replace the content of an element. */
export function fill(element, ...children) {
  element.replaceChildren(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Return the nodes of a text in which code stands between back-ticks, as in the causes of contracts. */
export function prose(text) {
  const parts = (text ?? "").split(/`([^`\n]+)`/); // every second part is code
  return parts.map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

/** Return a count with its noun: `1 finding`, `2 findings`. */
export const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** Return a text of at most so many characters, with an ellipsis where it is cut. */
export const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

/** Return a field: a label above its input. */
export function field(label, input, hint = "") {
  return h("label", { class: "field" }, h("span", {}, label), input, hint && h("small", {}, hint));
}

let toastTimer = 0;

/** Show a message for a moment; an error stays longer. */
export function toast(message, isError = false) {
  const place = document.getElementById("toast");
  place.textContent = message;
  place.className = `toast shown${isError ? " bad-notice" : ""}`;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (place.className = "toast"), isError ? 8000 : 3000);
}

/** Return a listener that runs an asynchronous action and shows its error. */
export function action(run) {
  return async (event) => {
    event?.preventDefault();
    try {
      await run(event);
    } catch (error) {
      toast(error.message, true);
    }
  };
}

/** Return a button that copies a text. */
export function copyButton(text, label = "Copy") {
  return h(
    "button",
    {
      type: "button",
      class: "quiet small",
      onclick: action(async () => {
        await copy(text());
        toast("Copied");
      }),
    },
    label,
  );
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = h("textarea", { value: text, class: "offscreen" }); // plain HTTP has no clipboard API
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (!isCopied) throw new Error("The browser does not allow copying: select the text instead");
}

/** Return the options of a select. */
export function options(values, labels = (value) => value) {
  return values.map((value) => h("option", { value }, labels(value)));
}
