import { Plus } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button.tsx";

export function NewProjectLink() {
  return (
    <Button asChild variant="primary">
      <Link href="/projects/new">
        <Plus aria-hidden />
        New project
      </Link>
    </Button>
  );
}
