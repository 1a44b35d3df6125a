"use client";

import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useTheme } from "next-themes";
import { type CSSProperties, useEffect } from "react";
import { Toaster as Sonner, type ToasterProps } from "sonner";
import { usePanelRoom } from "@/components/frame/panel-room.ts";
import { useMediaQuery } from "@/components/ui/media-query.ts";
import { prepareToasts } from "@/lib/client/notify.ts";

const widthPx = 380;

const tokens = {
  "--normal-bg": "var(--raised)",
  "--normal-text": "var(--text)",
  "--normal-border": "var(--border)",
  "--border-radius": "8px",
  "--toast-close-button-start": "unset",
  "--toast-close-button-end": "0",
  "--toast-close-button-transform": "translate(35%, -35%)",
  fontFamily: "inherit",
  zIndex: 60,
} as CSSProperties;

/** Lower right, beside what is open there; at the top on phones and where panels leave no room. At most three; F6 moves the focus to them. Raise one with `notify`. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  const isPhone = useMediaQuery("(max-width: 639px)");
  const { endPx, freePx, isCovered } = usePanelRoom();
  useEffect(prepareToasts, []);
  const width = isCovered ? widthPx : Math.min(widthPx, freePx - 32);
  return (
    <Sonner
      theme={resolvedTheme as ToasterProps["theme"]}
      position={isPhone || isCovered ? "top-center" : "bottom-right"}
      offset={{ right: endPx + 16, bottom: 24, top: 56 }}
      visibleToasts={3}
      duration={6000}
      hotkey={["F6"]}
      gap={8}
      expand
      style={{ ...tokens, "--width": `${width}px` } as CSSProperties}
      icons={{
        success: <CircleCheck aria-hidden className="size-4 text-success" />,
        info: <Info aria-hidden className="size-4 text-info" />,
        warning: <TriangleAlert aria-hidden className="size-4 text-attention" />,
        error: <CircleAlert aria-hidden className="size-4 text-danger" />,
      }}
      toastOptions={{
        classNames: {
          toast: "!items-start !gap-2 !p-3 !text-sm !shadow-menu",
          title: "!font-medium !leading-5",
          description: "!text-muted !leading-5",
          actionButton:
            "!h-7 !rounded-md !border !border-border-strong !border-solid !bg-surface !px-2 !text-text !text-xs",
          cancelButton: "!h-7 !rounded-md !bg-transparent !px-2 !text-muted !text-xs",
        },
      }}
    />
  );
}
