import { useTheme } from "next-themes";
import { setSingleKeys, useSingleKeys } from "@/components/single-keys.ts";
import { Field } from "@/components/ui/field.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Switch } from "@/components/ui/switch.tsx";

const themes = [
  { value: "system", label: "Like the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** Choices of this device. */
export function Appearance() {
  const { theme = "system", setTheme } = useTheme();
  const areKeysOn = useSingleKeys();
  return (
    <>
      <Field label="Theme" help="Default: like the system." source={theme === "system" ? "default" : "this device"}>
        <Select value={theme} onValueChange={setTheme} options={themes} className="max-w-72" />
      </Field>
      <Field
        isInline
        label="Single-key shortcuts"
        help="Letters such as C and N act without Ctrl or Cmd. Turn it off when you dictate, or press keys by accident. Default: on."
        source={areKeysOn ? "default" : "this device"}
        className="rounded-lg border border-border p-3"
      >
        <Switch checked={areKeysOn} onCheckedChange={(isOn) => setSingleKeys(isOn ? "on" : "off")} />
      </Field>
    </>
  );
}
