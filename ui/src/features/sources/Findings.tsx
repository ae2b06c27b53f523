import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { count } from "@/app/format";
import type { Finding, Severity } from "@/generated/types";

const looks = {
  note: { icon: Info, tone: "text-soft", label: "Note" },
  warning: { icon: TriangleAlert, tone: "text-warn", label: "Warning" },
  error: { icon: CircleAlert, tone: "text-danger", label: "Error" },
};
const weight: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** What the person should know, the gravest first. */
export function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return null;
  const ordered = [...findings].sort((one, other) => weight[one.severity] - weight[other.severity]);
  return (
    <ul aria-label="Findings" className="flex flex-col gap-1">
      {ordered.map((finding, index) => {
        const { icon: Icon, tone, label } = looks[finding.severity];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: findings have no name of their own and do not move
          <li key={index} className="flex items-start gap-2">
            <Icon role="img" aria-label={label} className={`mt-0.5 size-4 shrink-0 ${tone}`} />
            <span className="min-w-0 wrap-anywhere">
              {finding.message}
              <span className="text-faint">
                {finding.at && ` At ${finding.at}.`}
                {finding.count > 1 && ` ${count(finding.count)} records.`}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
