import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button.tsx";

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
        <Button asChild>
          <Link href="/projects">Go to projects</Link>
        </Button>
      </div>
    </main>
  );
}
