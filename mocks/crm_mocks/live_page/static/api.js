// Calls of the control API.

export const root = document.documentElement.dataset.root;

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Return a path of the control API with a query; undefined, null and empty values are left out. */
export function adminUrl(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given).toString();
  return `${root}/__admin/${path}${text ? `?${text}` : ""}`;
}

/**
 * Call the control API; return the decoded response.
 * @throws {ApiError} the response is an error, or there is none (status 0)
 */
export async function call(method, path, { query, body } = {}) {
  let response;
  try {
    response = await fetch(adminUrl(path, query), {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, "The mocks do not respond. Have they been stopped?");
  }
  const text = await response.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    /* not JSON */
  }
  if (response.ok) return value;
  if (response.status === 401) document.dispatchEvent(new CustomEvent("access-denied"));
  throw new ApiError(response.status, value?.detail ?? `The control API responded with ${response.status}`);
}
