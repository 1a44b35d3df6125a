import { useRouter } from "next/navigation";
import { useState } from "react";
import { asKey, isKey, keyFrom, nameFrom, sourceOf } from "@/components/project/derive-project.ts";
import { useRepositoryCheck } from "@/components/project/use-repository-check.ts";
import { type Problem, problemOf } from "@/lib/client/api.ts";
import { useCreateProject } from "@/lib/client/mutations.ts";

type FieldName = "repository" | "name" | "key" | "baseBranch";
type Errors = Partial<Record<FieldName | "form", string>>;

/** The form: name and key follow the repository until the person writes them. `show` leads to a refused field. */
export function useNewProject(show: (name: FieldName) => void) {
  const router = useRouter();
  const [repository, setRepository] = useState("");
  const [written, setWritten] = useState<{ name?: string; key?: string; baseBranch?: string }>({});
  const [errors, setErrors] = useState<Errors>({});
  const state = useRepositoryCheck(repository);
  const create = useCreateProject();

  const check = state.kind === "checked" && state.check.ok ? state.check : null;
  const name = written.name ?? nameFrom(repository);
  const key = written.key ?? keyFrom(name);
  const chosen = written.baseBranch;
  const baseBranch = chosen && check?.branches.includes(chosen) ? chosen : (check?.defaultBranch ?? "");

  const refuse = (found: Errors) => {
    setErrors(found);
    const first = order.find((field) => found[field]);
    if (first) show(first);
  };
  const submit = () => {
    const source = sourceOf(repository);
    const wrong = errorsIn({ repository, name, key, isUsable: !("check" in state) || state.check.ok });
    if (Object.keys(wrong).length > 0 || source === null) return refuse(wrong);
    const input = { name: name.trim(), key, ...source, ...(baseBranch ? { baseBranch } : {}) };
    create.mutate(input, {
      onSuccess: (project) => router.push(`/p/${project.key}`),
      onError: (thrown) => refuse(errorsOf(problemOf(thrown))),
    });
  };
  const write = (field: FieldName, text: string) => {
    // The repository also writes what is derived from it.
    setErrors(({ [field]: _, form: __, ...others }) => (field === "repository" ? {} : others));
    if (field === "repository") setRepository(text);
    else setWritten((now) => ({ ...now, [field]: field === "key" ? asKey(text) : text }));
  };

  return {
    values: { repository, name, key, baseBranch },
    branches: check?.branches ?? [],
    state,
    path: repository.trim() !== "" && "repoPath" in (sourceOf(repository) ?? {}) ? repository.trim() : null,
    errors,
    // Until the next page is there.
    isCreating: create.isPending || create.isSuccess,
    submit,
    write,
  };
}

const order: readonly FieldName[] = ["repository", "name", "key", "baseBranch"];

function errorsIn(form: { repository: string; name: string; key: string; isUsable: boolean }): Errors {
  return {
    ...(form.repository.trim() === "" && { repository: "Give the path or the URL of a git repository." }),
    ...(form.repository.trim() !== "" &&
      !form.isUsable && { repository: "This repository cannot be used yet; see below." }),
    ...(form.name.trim() === "" && { name: "The project needs a name." }),
    ...(!isKey(form.key) && { key: "2 to 10 capital letters or digits, a letter first." }),
  };
}

/** The server's refusal, by field. */
function errorsOf({ code, message, details }: Problem): Errors {
  if (code === "KEY_TAKEN") return { key: message };
  if (code === "REPOSITORY_UNUSABLE") {
    return details.reason === "BRANCH_NOT_FOUND" ? { baseBranch: message } : { repository: message };
  }
  const issues = (details.issues ?? []) as { path: string; message: string }[];
  const found = issues.flatMap(({ path, message: text }) => (fieldOfPath[path] ? [[fieldOfPath[path], text]] : []));
  return found.length > 0 ? Object.fromEntries(found) : { form: message };
}

const fieldOfPath: Record<string, FieldName> = {
  name: "name",
  key: "key",
  baseBranch: "baseBranch",
  repoPath: "repository",
  repoUrl: "repository",
};
