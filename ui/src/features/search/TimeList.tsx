import { useCallback, useMemo } from "react";
import { asFailure } from "@/backend";
import { Failed, Skeleton } from "@/components/States";
import type { Filter, ListOrder } from "@/generated/types";
import { NothingHere } from "./NothingHere";
import { paged } from "./pages";
import { RowList } from "./RowList";

/** Everything that fits, in order of time. */
export function TimeList({ filter, order }: { filter: Filter; order: ListOrder }) {
  const { currentData, error, refetch, hasNextPage, isFetching, fetchNextPage } = paged.usePagesInfiniteQuery({ filter, order });
  const rows = useMemo(() => currentData?.pages.flatMap((page) => page.rows) ?? [], [currentData]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (currentData === undefined) return <Skeleton lines={16} label="Loading the list" />;
  if (rows.length === 0) return <NothingHere />;
  return <RowList label="Items" rows={rows} onEnd={onEnd} footer={hasNextPage ? <Skeleton lines={3} label="More below" /> : undefined} />;
}
