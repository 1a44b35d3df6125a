/** The longest path a Unix socket may be reached by, in bytes, on any system there is. */
const socketPathMax = 103;

/** What a person types on the session's host to be in its terminal. A socket too deep to be named is reached from beside it. */
export function attachCommand(socket: string): string {
  if (new TextEncoder().encode(socket).length <= socketPathMax) return `tmux -S ${quoted(socket)} attach`;
  const at = socket.lastIndexOf("/");
  return `(cd ${quoted(socket.slice(0, at))} && tmux -S ${quoted(socket.slice(at + 1))} attach)`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
