import { createContext, useContext } from "react";

/** What a field tells the control inside it: ids that tie label, help and error to the control. */
export interface FieldControl {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
}

export const FieldContext = createContext<FieldControl>({});

export function useFieldControl(): FieldControl {
  return useContext(FieldContext);
}
