export const tabListStyles = "flex max-w-full gap-1 overflow-x-auto p-1";

export const tabStyles =
  "relative inline-flex h-control-compact shrink-0 items-center gap-1.5 rounded-md border border-transparent px-2 text-muted text-sm -outline-offset-2 hover:text-text aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text data-[state=active]:bg-selected data-[state=active]:font-medium data-[state=active]:text-text [&_svg]:size-4";
