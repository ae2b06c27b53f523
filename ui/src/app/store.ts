import { configureStore } from "@reduxjs/toolkit";
import { useDispatch, useSelector } from "react-redux";
import { engine } from "@/backend/engine";
import { askSlice } from "@/features/ask/conversation";
import { surface } from "./surface";

export function makeStore() {
  return configureStore({
    reducer: { [engine.reducerPath]: engine.reducer, surface: surface.reducer, ask: askSlice.reducer },
    middleware: (defaults) => defaults({ serializableCheck: false, immutableCheck: false }).concat(engine.middleware),
  });
}

export type Store = ReturnType<typeof makeStore>;
export type State = ReturnType<Store["getState"]>;

export const useAppDispatch = useDispatch.withTypes<Store["dispatch"]>();
export const useAppSelector = useSelector.withTypes<State>();
