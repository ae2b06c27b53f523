import { FolderInput, SearchX } from "lucide-react";
import { useImportPicker } from "@/app/actions/useImportPicker";
import { useFilter } from "@/app/filter/useFilter";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Empty } from "@/components/States";

/** Nothing is shown: because nothing fits the filter, or because nothing was imported yet. */
export function NothingHere() {
  const { filter, setFilter } = useFilter();
  const { pickArchives } = useImportPicker();
  const { data: stats } = engine.useStatsQuery({});
  if (stats === undefined || stats.items > 0 || Object.keys(filter).length > 0) {
    return (
      <Empty
        icon={SearchX}
        title="Nothing fits the filter"
        action={
          <Button look="solid" onClick={() => setFilter({})}>
            Clear the filter
          </Button>
        }
      >
        Use fewer or other words, or a longer span.
      </Empty>
    );
  }
  return (
    <Empty
      icon={FolderInput}
      title="Your vault is empty"
      action={
        <Button look="solid" onClick={pickArchives}>
          Import my Takeout
        </Button>
      }
    >
      Drop a Google Takeout anywhere on this window, or choose it. You see what it holds before anything is kept.
    </Empty>
  );
}
