import { Skeleton } from "@/components/ui/skeleton.tsx";

/** The panel while its task is read: title, facts, tabs and the first sections where they will be. */
export function TaskSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-3 p-4">
      <span className="sr-only">Loading the task</span>
      <Skeleton className="h-6 w-3/4" />
      <Skeleton className="h-5 w-1/2" />
      <div className="flex gap-2">
        {[72, 68, 48, 64].map((width) => (
          <span key={width} style={{ width }}>
            <Skeleton className="h-7 w-full" />
          </span>
        ))}
      </div>
      <Skeleton className="mt-3 h-16 w-full" />
      <Skeleton className="mt-3 h-4 w-24" />
      <Skeleton className="h-20 w-full" />
      <Skeleton className="mt-3 h-4 w-24" />
      <Skeleton className="h-28 w-full" />
    </div>
  );
}
