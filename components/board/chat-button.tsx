"use client";

import { MessageSquare } from "lucide-react";
import { toggleChat, useChatOpen } from "@/components/project/chat-switch.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";

export function ChatButton() {
  const isOpen = useChatOpen();
  return (
    <IconButton
      label="Chat"
      shortcut="$mod+j"
      className="max-sm:hidden"
      aria-pressed={isOpen}
      data-state={isOpen ? "on" : "off"}
      onClick={toggleChat}
    >
      <MessageSquare aria-hidden />
    </IconButton>
  );
}
