import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Answer, AskPart, Computed, Failure, Hit, PlanView } from "@/generated/types";

/** A question and what has come of it so far. It lives above the page, so that leaving the page does not end it. */
export type Exchange = {
  id: number;
  question: string;
  state: "running" | "done" | "failed";
  plan: PlanView | null;
  computed: Computed | null;
  found: Hit[];
  text: string;
  answer: Answer | null;
  failure: Failure | null;
};

export const askSlice = createSlice({
  name: "ask",
  initialState: { exchanges: [] as Exchange[] },
  reducers: {
    asked(state, { payload }: PayloadAction<{ id: number; question: string }>) {
      state.exchanges.push({ ...payload, state: "running", plan: null, computed: null, found: [], text: "", answer: null, failure: null });
    },
    partCame(state, { payload: { id, part } }: PayloadAction<{ id: number; part: AskPart }>) {
      const exchange = state.exchanges.find((one) => one.id === id);
      if (exchange === undefined) return;
      if (part.part === "plan") exchange.plan = part;
      else if (part.part === "computed") exchange.computed = part;
      else if (part.part === "found") exchange.found = part.hits;
      else exchange.text += part.text;
    },
    answered(state, { payload: { id, answer } }: PayloadAction<{ id: number; answer: Answer }>) {
      const exchange = state.exchanges.find((one) => one.id === id);
      if (exchange)
        Object.assign(exchange, { state: "done", answer, plan: answer.plan, computed: answer.computed ?? null, text: answer.answer });
    },
    failed(state, { payload: { id, failure } }: PayloadAction<{ id: number; failure: Failure }>) {
      const exchange = state.exchanges.find((one) => one.id === id);
      if (exchange) Object.assign(exchange, { state: "failed", failure });
    },
    forgotten(state) {
      state.exchanges = [];
    },
  },
});

export const { asked, partCame, answered, failed, forgotten } = askSlice.actions;
