"use client";

import { useSyncExternalStore } from "react";
import { type Density, densityCookie } from "@/components/ui/density-cookie.ts";

const readers = new Set<() => void>();

/** The page's own attribute is the state: what the server drew, until somebody chooses. */
const readDensity = (): Density => (document.documentElement.dataset.density === "compact" ? "compact" : "comfortable");

export function useDensity(): Density {
  return useSyncExternalStore(subscribe, readDensity, () => "comfortable");
}

export function setDensity(density: Density): void {
  document.documentElement.dataset.density = density;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is missing in Firefox and Safari
  document.cookie = `${densityCookie}=${density}; path=/; max-age=31536000; samesite=lax`;
  for (const reader of readers) reader();
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}
