"use client";

import { MessageSquare } from "lucide-react";
import { bottomItemStyles } from "@/components/frame/bottom-bar.tsx";
import { toggleChat } from "@/components/project/chat-switch.ts";

export function ChatBottomButton() {
  return (
    <button type="button" className={bottomItemStyles} onClick={toggleChat}>
      <MessageSquare aria-hidden />
      Chat
    </button>
  );
}
