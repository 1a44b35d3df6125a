const style = `
:root { color-scheme: light dark; --bg: #f7f8fa; --surface: #fff; --border: #d9dde3; --strong: #848c98; --text: #15181d;
  --muted: #4b5360; --accent: #1d4ed8; --on: #fff; --danger: #9b1c1c; --tint: #fdecec; --sunken: #eef0f3 }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1116; --surface: #161a21; --border: #2b313c; --strong: #6b7583;
  --text: #e9ecf1; --muted: #a9b2bf; --accent: #8ab0ff; --on: #0b1220; --danger: #ff6f6f; --tint: #361414; --sunken: #0a0d11 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--bg);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--surface); border: 1px solid var(--border);
  border-radius: 12px }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; line-height: 1.3 }
p { margin: 0 0 1rem; color: var(--muted) }
code { padding: .1em .35em; border-radius: 4px; background: var(--sunken); color: var(--text); font-size: .875em }
label { display: block; margin: 1.5rem 0 .375rem; font-weight: 600 }
input, button { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border-radius: 8px; font: inherit }
input { border: 1px solid var(--strong); background: var(--bg); color: var(--text) }
button { margin-top: .75rem; border: 0; background: var(--accent); color: var(--on); font-weight: 600; cursor: pointer }
button[aria-disabled=true] { opacity: .6; cursor: default }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
#error:not(:empty) { margin: .75rem 0 0; padding: .5rem .75rem; border-radius: 8px; background: var(--tint); color: var(--danger) }
.hint { margin: .375rem 0 0; font-size: .875rem }`;

const script = `
const form = document.querySelector("form"), input = form.secret, button = form.querySelector("button");
const error = document.getElementById("error");
const say = (text) => { error.textContent = text; input.setAttribute("aria-invalid", String(text !== "")); };
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  const secret = input.value.trim();
  say(secret === "" ? "Paste the token first." : "");
  if (secret === "") { input.focus(); return; }
  button.setAttribute("aria-disabled", "true");
  try {
    const response = await fetch("/api/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ secret }) });
    if (response.ok) { location.replace("/"); return; }
    say((await response.json()).message);
  } catch { say("Runboard does not answer. Is it running?"); }
  button.removeAttribute("aria-disabled");
  input.focus();
});`;

const frame = (nonce: string, head: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="icon" href="data:,"><title>Sign in - Runboard</title>${head}
<style nonce="${nonce}">${style}</style></head><body><main>${body}</main></body></html>`;

/** The page for those without a good link. Nothing in it comes from the request. */
export function loginPage(nonce: string, hadCode: boolean): string {
  const title = hadCode ? "This login link does not work any more" : "Sign in to Runboard";
  const reason = hadCode
    ? "A link works once and for one day. This one has been used or has expired."
    : "This browser is not signed in.";
  return frame(
    nonce,
    "",
    `<h1>${title}</h1>
<p>${reason}</p>
<p>Restart Runboard and it prints a fresh link. Or sign in with the owner's token: it stands in the file <code>token</code>
in Runboard's home directory, <code>~/.runboard</code> unless <code>RUNBOARD_HOME</code> says otherwise.</p>
<noscript><p>Without scripts, use a fresh link.</p></noscript>
<form method="post" action="/api/login" novalidate>
<label for="secret">Owner's token</label>
<input id="secret" name="secret" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false" aria-describedby="error" required autofocus>
<p id="error" role="alert"></p>
<button type="submit">Sign in</button>
</form><script nonce="${nonce}">${script}</script>`,
  );
}

/** Goes on to `path` as a step of our own page. */
export function passagePage(nonce: string, path: string): string {
  const to = path.replace(/[^\w/-]/g, "");
  return frame(
    nonce,
    `<meta http-equiv="refresh" content="0; url=${to}">`,
    `<h1>Opening Runboard…</h1><p><a href="${to}">Continue</a></p>`,
  );
}

/** For people, when nothing can be looked up. */
export function unavailablePage(nonce: string): string {
  return frame(
    nonce,
    `<meta http-equiv="refresh" content="5">`,
    `<h1>Runboard is not ready</h1><p role="status">It starts, stops or waits for its database. Nothing is lost; this page tries again by itself.</p>`,
  );
}
