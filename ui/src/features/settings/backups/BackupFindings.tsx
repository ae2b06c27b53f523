import type { BackupFinding } from "@/generated/types";

/** What is wrong with a backup, and what to do about it. */
export function BackupFindings({ findings }: { findings: BackupFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Found in the backups" className="flex flex-col gap-1">
      {findings.map(({ message, what_to_do }) => (
        <li key={message}>
          <span className="font-medium wrap-anywhere">{message}</span> <span className="text-soft">{what_to_do}</span>
        </li>
      ))}
    </ul>
  );
}
