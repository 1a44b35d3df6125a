/** Remembers on this device whether the sidebar is narrow; read by the server, so that nothing jumps on load. */
export const sidebarCookie = "runboard-sidebar";

export function rememberSidebar(state: "collapsed" | "open"): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is missing in Firefox and Safari
  document.cookie = `${sidebarCookie}=${state}; path=/; max-age=31536000; samesite=lax`;
}
