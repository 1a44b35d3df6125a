import type { ComponentProps } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { cn } from "@/components/ui/class-names.ts";

interface MarkdownProps {
  text: string;
  className?: string;
}

/** Text of people and agents: no raw HTML, no images from elsewhere (shown as links), headings below the page's own. */
export function Markdown({ text, className }: MarkdownProps) {
  return (
    <div className={cn("measure flex flex-col gap-2 break-words text-base [overflow-wrap:anywhere]", className)}>
      <ReactMarkdown skipHtml remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSanitize]} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const linkStyles = "text-accent underline underline-offset-2 hover:text-accent-hover";

function OutLink({ href, children, title }: ComponentProps<"a">) {
  const isOutside = /^[a-z][a-z0-9+.-]*:/i.test(href ?? "");
  return (
    <a
      href={href}
      title={title}
      rel="noopener noreferrer nofollow"
      target={isOutside ? "_blank" : undefined}
      className={linkStyles}
    >
      {children}
    </a>
  );
}

const components: Components = {
  a: ({ href, title, children }) => (
    <OutLink href={href} title={title}>
      {children}
    </OutLink>
  ),
  img: ({ src, alt }) => (typeof src === "string" ? <OutLink href={src}>{alt || src}</OutLink> : null),
  h1: ({ children }) => <h3 className="mt-2 font-semibold text-lg">{children}</h3>,
  h2: ({ children }) => <h4 className="mt-2 font-semibold">{children}</h4>,
  h3: ({ children }) => <h5 className="mt-1 font-medium">{children}</h5>,
  h4: ({ children }) => <h6 className="font-medium text-muted">{children}</h6>,
  h5: ({ children }) => <h6 className="font-medium text-muted">{children}</h6>,
  h6: ({ children }) => <h6 className="font-medium text-muted">{children}</h6>,
  ul: ({ children }) => (
    <ul className="list-disc ps-5 [&_.task-list-item]:-ms-5 [&_.task-list-item]:list-none">{children}</ul>
  ),
  ol: ({ children, start }) => (
    <ol start={start} className="list-decimal ps-5">
      {children}
    </ol>
  ),
  input: ({ checked }) => (
    <input
      type="checkbox"
      checked={checked}
      disabled
      aria-label={checked ? "Done" : "Open"}
      className="me-2 accent-accent"
    />
  ),
  blockquote: ({ children }) => (
    <blockquote className="border-border-strong border-s-2 ps-3 text-muted">{children}</blockquote>
  ),
  hr: () => <hr className="my-2 border-border" />,
  code: ({ children }) => <code className="rounded-sm bg-sunken px-1 py-px font-mono text-mono-sm">{children}</code>,
  pre: ({ children }) => (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-md border border-border bg-sunken p-3 font-mono text-mono-sm [&_code]:bg-transparent [&_code]:p-0"
    >
      {children}
    </pre>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section tabIndex={0} aria-label="Table" className="overflow-x-auto">
      <table className="border-collapse text-sm">{children}</table>
    </section>
  ),
  th: ({ children }) => <th className="border border-border bg-sunken px-2 py-1 text-start font-medium">{children}</th>,
  td: ({ children }) => <td className="border border-border px-2 py-1">{children}</td>,
};
