/** Ways of reaching someone, which a person knows by their look. */
const shown = /^(?:mailto|tel|sms|https?):/i;

/** An address as a person writes it; `null` when it is only the engine's own key. */
export function addressText(address: string): string | null {
  const match = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(address);
  if (match === null) return address;
  if (!shown.test(address)) return null;
  return /^https?:/i.test(address) ? address : (match[2] ?? null);
}
