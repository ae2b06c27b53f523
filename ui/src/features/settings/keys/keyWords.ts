import { shortDay } from "@/app/format";
import type { KeyView } from "@/generated/types";

/** What a key is, in words. */
export function keyName({ kind, key_file }: KeyView): string {
  if (kind === "recovery") return "Recovery code";
  if (kind === "keychain") return "Keychain of a machine";
  return key_file ? "Passphrase and key file" : "Passphrase";
}

export const keyDate = ({ created }: KeyView): string => (created ? `Made on ${shortDay(created)}` : "Made with the vault");
