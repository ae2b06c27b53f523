import { X } from "lucide-react";
import { useEffect } from "react";
import { IconButton } from "@/components/Button";
import { useAppDispatch, useAppSelector } from "../store";
import { noticed } from "../surface";

/** Long enough to read two sentences, in milliseconds. */
const STAYS = 8000;

/** One sentence that tells what just happened. */
export function Notice() {
  const notice = useAppSelector((state) => state.surface.notice);
  const dispatch = useAppDispatch();
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => dispatch(noticed(null)), STAYS);
    return () => clearTimeout(timer);
  }, [notice, dispatch]);
  return (
    <div role="status" className="fixed bottom-16 left-1/2 z-50 -translate-x-1/2">
      {notice !== null && (
        <div className="flex items-center gap-2 rounded-lg bg-ink py-1 pr-1 pl-4 text-paper shadow-xl">
          <span>{notice}</span>
          <IconButton label="Dismiss" className="text-paper" onClick={() => dispatch(noticed(null))}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      )}
    </div>
  );
}
