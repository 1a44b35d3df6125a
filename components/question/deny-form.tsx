import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";

interface DenyFormProps {
  isBusy: boolean;
  onDeny: (message: string) => void;
  onCancel: () => void;
}

/** Why not: the agent is told and can do something else. */
export function DenyForm({ isBusy, onDeny, onCancel }: DenyFormProps) {
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) onDeny(reason.trim());
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <Field label="Reason" help="The agent is told.">
        <Input autoFocus maxLength={4096} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      <div className="flex gap-2">
        <Button type="submit" size="sm" variant="danger" isBusy={isBusy}>
          Deny
        </Button>
        <Button size="sm" onClick={onCancel}>
          Back
        </Button>
      </div>
    </form>
  );
}
