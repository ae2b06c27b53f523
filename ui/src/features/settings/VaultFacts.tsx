import type { ReactNode } from "react";
import { bytes, plural, shortDay } from "@/app/format";
import { engine } from "@/backend/engine";
import { SettingsSection } from "./SettingsSection";

/** Where the vault is, what it holds, and which program has it open. */
export function VaultFacts() {
  const { data: status } = engine.useStatusQuery({});
  const { data: stats } = engine.useStatsQuery({});
  return (
    <SettingsSection part="vault">
      <dl className="flex flex-col">
        <Fact name="Folder">
          <code className="font-mono wrap-anywhere">{status?.path}</code>
        </Fact>
        {stats && (
          <>
            <Fact name="Holds">
              {plural(stats.items, "item")}, {plural(stats.track_points, "position")}, {plural(stats.people, "person", "people")}
            </Fact>
            {stats.first && stats.last && <Fact name="From">{`${shortDay(stats.first)} to ${shortDay(stats.last)}`}</Fact>}
            <Fact name="On disk">{bytes(stats.bytes_on_disk)}</Fact>
          </>
        )}
        <Fact name="Program">{`Datapunk ${status?.version ?? ""}`}</Fact>
      </dl>
    </SettingsSection>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-4 border-line border-b py-1.5 last:border-b-0">
      <dt className="w-24 shrink-0 text-soft">{name}</dt>
      <dd className="tabular min-w-0 flex-1">{children}</dd>
    </div>
  );
}
