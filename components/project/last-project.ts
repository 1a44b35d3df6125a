/** Which board `/` opens; read by the server. */
export const lastProjectCookie = "runboard-project";

export function rememberProject(key: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is missing in Firefox and Safari
  document.cookie = `${lastProjectCookie}=${key}; path=/; max-age=31536000; samesite=lax`;
}
