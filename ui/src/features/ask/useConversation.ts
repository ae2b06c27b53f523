import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import type { Address } from "@/app/filter/address";
import { useAppDispatch, useAppSelector } from "@/app/store";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { brought, forgotten } from "./conversation";

/** Which conversation is open. It stands in the address, so that a reload and back return to it, and comes from the vault. */
export function useConversation() {
  const { talk }: Address = useSearch({ strict: false });
  const wanted = talk !== undefined && /^\d+$/.test(talk) ? Number(talk) : null;
  const shown = useAppSelector((state) => state.ask.conversation);
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  const { currentData, error, refetch } = engine.useConversationQuery({ conversation: wanted ?? 0 }, { skip: wanted === null });
  const failure = error === undefined ? undefined : asFailure(error);
  const isGone = failure?.code === "not_found";

  const open = useCallback(
    (conversation: number | null, { replace = false }: { replace?: boolean } = {}) => {
      const next = conversation === null ? undefined : String(conversation);
      void navigate({ to: ".", replace, search: ((now: Address) => ({ ...now, talk: next, item: undefined })) as never });
    },
    [navigate],
  );
  const begin = useCallback(() => {
    dispatch(forgotten());
    open(null);
  }, [dispatch, open]);

  useEffect(() => {
    if (currentData !== undefined && currentData.conversation === wanted) dispatch(brought(currentData));
  }, [currentData, wanted, dispatch]);
  // It was removed, or went with what it rested on.
  useEffect(() => {
    if (isGone && shown === wanted) dispatch(forgotten());
  }, [isGone, shown, wanted, dispatch]);
  // What was just begun, or was left for another page, has its number in the address.
  useEffect(() => {
    if (wanted === null && shown !== null)
      void navigate({ to: ".", replace: true, search: ((now: Address) => ({ ...now, talk: String(shown) })) as never });
  }, [wanted, shown, navigate]);

  const isHere = wanted === null || shown === wanted;
  return { wanted, isHere, isComing: !isHere && failure === undefined, failure, isGone, refetch, open, begin };
}
