import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Page } from "@/components/Page";
import { Failed } from "@/components/States";
import { AppChoices } from "./AppChoices";
import { AuditTrail } from "./AuditTrail";
import { Backups } from "./backups/Backups";
import { ExportVault } from "./ExportVault";
import { KeysSection } from "./keys/KeysSection";
import { Locking } from "./Locking";
import { Receipts } from "./Receipts";
import { type Part, parts, SettingsContents } from "./SettingsSection";
import { VaultFacts } from "./VaultFacts";
import { VerifyVault } from "./VerifyVault";

/** What the owner chooses, and how the vault is. */
export function SettingsPage() {
  const { data, error } = engine.useSettingsQuery({});
  const { data: receipts, error: unread } = engine.useReceiptsQuery({});
  const [set, { error: refusal }] = engine.useSet_settingMutation();
  const settings = data?.settings ?? {};
  const failure = error ?? refusal;
  const hasReceipts = unread !== undefined || (receipts?.receipts.length ?? 0) > 0;
  const shown = (Object.keys(parts) as Part[]).filter((part) => part !== "forgotten" || hasReceipts);

  return (
    <Page title="Settings">
      {failure && <Failed failure={asFailure(failure)} />}
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[120px_minmax(0,1fr)]">
        <SettingsContents shown={shown} />
        <div className="flex min-w-0 flex-col gap-10 pb-8">
          <AppChoices settings={settings} onSet={(key, value) => void set({ key, value })} />
          <Locking settings={settings} onSet={(key, value) => void set({ key, value })} />
          <VaultFacts />
          <Backups />
          <KeysSection />
          <ExportVault />
          <VerifyVault />
          {hasReceipts && <Receipts receipts={receipts?.receipts ?? []} failure={unread && asFailure(unread)} />}
          <AuditTrail />
        </div>
      </div>
    </Page>
  );
}
