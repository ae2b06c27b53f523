const KEY = "datapunk.token";

/**
 * The token of this start, from the address's fragment. It is taken out of the address at once, so that it is neither
 * in the history nor in a picture of the window, and kept for this tab alone, so that a reload works.
 */
export function takeToken(): string | null {
  const match = /^#token=([^&]+)/.exec(window.location.hash);
  if (match?.[1]) {
    sessionStorage.setItem(KEY, decodeURIComponent(match[1]));
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }
  return sessionStorage.getItem(KEY);
}
