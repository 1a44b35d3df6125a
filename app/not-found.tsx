import type { Metadata } from "next";
import { LinkButton } from "@/components/ui/link-button.tsx";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main id="main" tabIndex={-1} className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 p-6">
      <h1 className="text-xl">Nothing at this address</h1>
      <p className="text-base text-muted">
        The link may be old, or the project, task or session may have been deleted. Everything that exists can be
        reached from the project list.
      </p>
      <div>
        <LinkButton href="/projects">Go to projects</LinkButton>
      </div>
    </main>
  );
}
