import type { Metadata } from "next";
import { HeaderBar } from "@/components/frame/header-bar.tsx";
import { PlainFrame } from "@/components/project/plain-frame.tsx";
import { Reference } from "@/components/reference/reference.tsx";
import { buttonStyles } from "@/components/ui/button-styles.ts";
import { openApiDocument } from "@/lib/http/openapi/document.ts";

export const metadata: Metadata = { title: "API reference" };

/** The reference of the API, from the document that programs read. */
export default async function Docs() {
  const download = (
    <a href="/api/openapi.json" className={buttonStyles({})}>
      openapi.json
    </a>
  );
  return (
    <PlainFrame header={<HeaderBar title="API reference" actions={download} />}>
      <Reference document={await openApiDocument()} />
    </PlainFrame>
  );
}
