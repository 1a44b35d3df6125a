import { Skeleton } from "@/components/ui/skeleton.tsx";

/** A tab whose rows are being read. */
export function RowsSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-4 p-4">
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} className="h-9 w-full" />
      ))}
    </div>
  );
}
