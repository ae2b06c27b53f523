import type { Job } from "@/generated/types";

/** What a job does, for people. The engine names some by what they are about alone: a folder, a file, an import. */
export function jobTitle({ kind, label }: Pick<Job, "kind" | "label">): string {
  if (kind === "import") return `Import of ${label}`;
  if (kind === "undo") return `Undo: ${label}`;
  if (kind === "export") return `Export to ${label}`;
  if (kind === "backup") return `Backup to ${label}`;
  if (kind === "model") return `Fetching ${label}`;
  if (kind === "embed") return "Reading the items for search by meaning";
  return label;
}
