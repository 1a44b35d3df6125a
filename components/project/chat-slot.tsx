"use client";

import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { makeWay, setChatOpen, toggleChat, useChatOpen } from "@/components/project/chat-switch.ts";
import { useShortcuts } from "@/components/shortcuts.ts";

const ChatDock = dynamic(() => import("@/components/chat/chat-dock.tsx").then((file) => file.ChatDock), { ssr: false });

/** The dock when it is open; its code comes with the first opening. */
export function ChatSlot({ projectId, projectKey }: { projectId: string; projectKey: string }) {
  const isOpen = useChatOpen();
  const path = usePathname();
  useEffect(() => makeWay(path), [path]);
  useShortcuts([{ id: "chat", keys: "$mod+j", scope: "Everywhere", label: "Chat", handler: toggleChat }]);
  if (!isOpen) return null;
  const close = () => setChatOpen(false);
  return <ChatDock {...{ projectId, projectKey }} onClose={close} />;
}
